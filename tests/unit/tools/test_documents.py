"""What is made from the code for the documentation is complete and of today's code; and the site itself can be made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build import ROOT
from tools.documents import hooks, page_api, python_errors, script_errors, site, troubleshooting
from tools.documents.pages import PAGES
from tools.documents.python_errors import Said
from tools.locks import FOLDER, install_apart

FOR_TESTS = {"not-an-image", "undefined"}
"""What only tests make up, and what JavaScript says of none."""


@pytest.mark.parametrize("name", PAGES)
def test_what_is_made_from_the_code_is_of_todays(name: str) -> None:
    same = (ROOT / name).read_text(encoding="utf-8") == PAGES[name]()  # no diff of whole pages
    assert same, f"{name} does not say what the code does. Write it: .venv/bin/python -m tools.documents"


def test_every_error_says_what_happened_and_what_to_do() -> None:
    entries = troubleshooting.entries(troubleshooting.all_errors(), troubleshooting.read_advice())
    assert len(entries) > 200
    silent = [one.code for one in entries if not one.what or not one.do]
    assert not silent, f"{silent} want a hint where they are raised, or an entry in tools/documents/advice.toml"


def test_no_advice_is_about_what_the_source_says_itself() -> None:
    assert not troubleshooting.needless(troubleshooting.all_errors(), troubleshooting.read_advice())


def test_every_code_that_a_test_looks_for_has_an_entry() -> None:
    codes: set[str] = set()
    for file in (ROOT / "tests").rglob("*.py"):
        if "training" not in file.parts and file != Path(__file__):
            codes |= set(re.findall(r'\bcode(?:"\])? == "([a-z0-9-]+)"', file.read_text(encoding="utf-8")))
    assert len(codes) > 60
    listed = set(re.findall(r"^### (.*)$", (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert codes - listed - FOR_TESTS == set()


def test_every_code_that_the_page_writes_out_has_an_entry() -> None:
    written: set[str] = set()
    for file in (ROOT / "web").rglob("*.js"):
        if "node_modules" not in file.parts:
            written |= set(re.findall(r"(?:\bfailure\(|\bcode:|\bcode ===)\s*'([a-z0-9-]+)'", file.read_text(encoding="utf-8")))
    assert len(written) > 50
    assert written - {said.code for said in troubleshooting.all_errors()} == set()


def test_pythons_errors_are_read_with_what_names_and_gaps_stand_for(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        'HINT = "Take another."\n'
        "class OwnError(TabsamError): ...\n"
        "def one(n):\n"
        '    message = f"There are {n}."\n'
        '    raise OwnError("too-many", message, HINT)\n'
        "def two(name, ok):\n"
        '    raise TabsamError("of-two", "Bad." if ok else "Worse.", f"{HINT} Or none.")\n'
        "def refuse(code, message): ...\n"
        "def three():\n"
        '    refuse("by-a-function", "No.")\n'
        '    raise ValueError("no-code", "Not ours.")\n'
    )
    assert python_errors.errors_in([source]) == [
        Said("too-many", "There are ….", "Take another.", "OwnError"),
        Said("of-two", "Bad.", "Take another. Or none.", "TabsamError"),
        Said("of-two", "Worse.", "Take another. Or none.", "TabsamError"),
        Said("by-a-function", "No.", "", "refuse"),
    ]


def test_the_pages_errors_are_read_from_calls_and_objects() -> None:
    source = """
    const hint = 'Do, it isn\\'t hard.';
    // failure('not-this', 'A comment.', '')
    throw failure('called', `There are ${list.map((one) => `${one}`).length} of them.`, hint, cause);
    throw new TabsamError({ code: 'made', message: isIn ? 'In.' : 'Out.', hint: 'Wait.' });
    """
    assert [*script_errors.errors_of(source)] == [
        Said("called", "There are … of them.", "Do, it isn't hard.", script_errors.KIND),
        Said("made", "In.", "Wait.", script_errors.KIND),
        Said("made", "Out.", "Wait.", script_errors.KIND),
    ]


def test_the_pages_api_is_read_with_its_groups() -> None:
    names = [call.name for call in page_api.calls(page_api.SOURCE.read_text(encoding="utf-8"))]
    assert {"open", "addPoint", "objects.reshape", "classes.add", "findAll", "toClient"} <= set(names)
    assert len(names) == len(set(names))


def test_no_script_is_left_in_a_page(tmp_path: Path) -> None:
    html = '<script>one()</script><script src="bundle.js"></script><script id="c" type="application/json">{}</script>'
    moved = hooks.with_files(html, "deep/page.html", tmp_path)
    (file,) = (tmp_path / "assets/inline").iterdir()
    assert file.read_text() == "one()"
    assert moved == html.replace("<script>one()", f'<script src="../assets/inline/{file.name}">')


def test_scripts_are_shown_below_the_document_that_links_to_them(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("print()\n")
    (tmp_path / "README.md").write_text("See [`one.py`](one.py).\n")
    assert hooks.shown(tmp_path / "README.md") == "See [`one.py`](#one).\n\n## one.py { #one }\n\n```python\nprint()\n```\n"


@pytest.mark.long
def test_the_site_is_made_and_asks_nobody_else_for_anything(tmp_path: Path) -> None:
    site.make(tmp_path / "docs", install_apart(FOLDER / "docs.txt"))  # MkDocs is strict: a link to nowhere fails
    pages = [*(tmp_path / "docs").glob("*.html")]
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= {page.stem for page in pages}
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert "<script>" not in html
        assert not re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"?(?:https?:)?//[^>]*>", html)
    assert "SyncSegmenter" in (tmp_path / "docs/python-api.html").read_text(encoding="utf-8")
    assert "Unreleased" in (tmp_path / "docs/changelog.html").read_text(encoding="utf-8")
    assert "measure_cells" in (tmp_path / "docs/examples.html").read_text(encoding="utf-8")
    assert (tmp_path / "docs/licenses/mkdocs-material.txt").is_file()
