"""Put the page's own files together: its modules as they are, its markup and its styles from parts that lie beside the views.

``web/index.html`` names each part of the markup in a line of its own, ``<!-- include page/bars/rail.html -->``, and so may a
part; ``web/style.css`` imports the parts of the styles in the order in which they hold. Browsers get one file of each: a
request for every part would make the page start later. Modules stay files of their own, and are asked for all at once.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from tools.files import NODE_MODULES, WEB, files_below
from tools.policy import PAGE_POLICY
from tools.terminal import BuildError

#: What lies in web/ for the tools, or is a part that is put together here, and is not published as it is.
NOT_COPIED = re.compile(
    r"\..*|node_modules|.*\.config\.js|.*\.d\.ts|.*\.(css|html|md)|icons\.txt|package(-lock)?\.json|tsconfig\..*json"
)

INCLUDE = re.compile(r"^([ ]*)<!-- include (\S+) -->\n", re.MULTILINE)
POLICY = "<!-- content-security-policy -->"
IMPORT = re.compile(r'^@import url\("(\S+)"\);\n', re.MULTILINE)

#: Where the page and its workers begin.
ENTRIES = ("page/main.js", "worker/main.js", "engine/main.js")
MODULE = re.compile(r"^(?:import|export)\b[^;']*'(\.{1,2}/[^']+)';", re.MULTILINE)

SVG = "http://www.w3.org/2000/svg"


def add_page(site: Path, web: Path = WEB) -> None:
    """Copy the modules of the page and of its workers, and put the rest of it together.

    Raises
    ------
    BuildError
        If a part is missing, or belongs to nothing.
    """

    def leave_out(_folder: str, names: list[str]) -> list[str]:
        return [name for name in names if NOT_COPIED.fullmatch(name)]

    shutil.copytree(web, site, ignore=leave_out, dirs_exist_ok=True)
    for folder in sorted((path for path in site.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()  # it held parts only
    for entry in ENTRIES:
        with (site / entry).open("a", encoding="utf-8") as file:
            file.write(all_at_once(web / entry))
    (site / "index.html").write_text(markup(web), encoding="utf-8")
    (site / "style.css").write_text(styles(web), encoding="utf-8")
    icons = sprite(read_names(web / "icons.txt"), NODE_MODULES / "lucide-static/icons")
    (site / "icons.svg").write_text(icons, encoding="utf-8")


def all_at_once(entry: Path) -> str:
    """Give lines to put at the end of a module, with which a browser asks for all that it leads to at once.

    Without them it finds the modules one depth after another, and waits for the network at each: dividing a module would make the
    start later. Nothing else changes: modules run in the order in which they are first imported, and here that is theirs already.

    Parameters
    ----------
    entry : Path
        The module; those that it leads to by static imports are read, where they are there.
    """
    order: list[Path] = []
    seen: set[Path] = set()

    def follow(module: Path) -> None:
        seen.add(module)
        for address in MODULE.findall(module.read_text(encoding="utf-8")) if module.is_file() else ():
            if (other := Path(os.path.normpath(module.parent / address))) not in seen:
                follow(other)
        order.append(module)

    follow(entry)
    addresses = [Path(os.path.relpath(module, entry.parent)).as_posix() for module in order[:-1]]
    lines = [f"import '{address if address.startswith('.') else f'./{address}'}';" for address in addresses]
    return "\n".join(["", "// all that the above lead to, asked for at once (tools/page.py)", *lines, ""])


def markup(web: Path) -> str:
    """Give the page's markup, with all parts and the Content-Security-Policy in their places.

    Parameters
    ----------
    web : Path
        The folder that has index.html; the addresses of parts are relative to it.

    Raises
    ------
    BuildError
        If a part is not there, is included twice, or nowhere; or if there is no place for the policy.
    """
    used: list[str] = []

    def with_parts(text: str) -> str:
        return INCLUDE.sub(lambda match: indented(with_parts(part(web, match[2], used)), match[1]), text)

    text = with_parts((web / "index.html").read_text(encoding="utf-8"))
    refuse_unused(web, ".html", ["index.html", *used], "index.html or in one of its parts")
    if text.count(POLICY) != 1:
        raise BuildError(f"index.html needs one line {POLICY}.")
    return text.replace(POLICY, f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">')


def styles(web: Path) -> str:
    """Give all styles as one text: what web/style.css imports, in its order.

    Raises
    ------
    BuildError
        If a part is not there, is imported twice, or nowhere; or if there is an import of another form.
    """
    used: list[str] = []
    text = IMPORT.sub(lambda match: f"{part(web, match[1], used)}\n", (web / "style.css").read_text(encoding="utf-8"))
    refuse_unused(web, ".css", ["style.css", *used], "style.css")
    if "@import" in text:
        raise BuildError('Only web/style.css imports styles, each in a line @import url("page/part.css"); of its own.')
    return f"{text.strip()}\n"


def part(web: Path, name: str, used: list[str]) -> str:
    """Read a part of the page, and note that it is used."""
    if name in used:
        raise BuildError(f"web/{name} is included twice.")
    used.append(name)
    if not (web / name).is_file():
        raise BuildError(f"There is no web/{name}, which is to be a part of the page.")
    return (web / name).read_text(encoding="utf-8")


def refuse_unused(web: Path, ending: str, used: Sequence[str], place: str) -> None:
    """Raise `BuildError` if there is a part that nothing includes."""
    for file in files_below(web):
        name = file.relative_to(web).as_posix()
        if file.suffix == ending and name not in used:
            raise BuildError(f"web/{name} is a part of nothing. Name it in {place}, or delete it.")


def indented(text: str, indent: str) -> str:
    """Indent every line that is not empty."""
    return "".join(f"{indent}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def read_names(path: Path) -> list[str]:
    """Read a list of names, one a line; what follows a # is a comment, and a file that is missing is an empty list."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def sprite(names: Sequence[str], folder: Path) -> str:
    """Make one SVG of many icons, each a symbol to be shown with ``<use href="icons.svg#name">``.

    Parameters
    ----------
    names : sequence of str
        Names of icons; one that stands there twice counts once.
    folder : Path
        Where Lucide's icons are, a file ``name.svg`` for each.

    Returns
    -------
    str
        The SVG. A symbol keeps what its icon says of fill and stroke, and so takes the colour of the text around it.

    Raises
    ------
    BuildError
        If there is no icon of a name.
    """
    ElementTree.register_namespace("", SVG)
    symbols = [symbol(name, folder / f"{name}.svg") for name in sorted(set(names))]
    return "\n".join([f'<svg xmlns="{SVG}">', *symbols, "</svg>", ""])


def symbol(name: str, path: Path) -> str:
    """Turn one icon's file into a symbol element."""
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise BuildError(f"There is no icon '{name}' in lucide-static. Correct web/icons.txt.")
    svg = ElementTree.parse(path).getroot()
    drawing = "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in svg)
    kept = {key: value for key, value in svg.attrib.items() if key not in {"class", "width", "height"}}
    attributes = "".join(f' {key}="{value}"' for key, value in {"id": name, **kept}.items())
    return f"<symbol{attributes}>{drawing}</symbol>".replace(f' xmlns="{SVG}"', "")
