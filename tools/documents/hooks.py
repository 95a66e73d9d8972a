"""What MkDocs does otherwise than by itself, for this site: it calls these by their names.

The site's Content-Security-Policy lets no script run that stands in a page itself: each that the theme has there becomes a file.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from typing import Any

SHOWN = {"changelog.md": "CHANGELOG.md", "examples.md": "examples/README.md"}
"""Pages of the site that only name a document outside docs/, whose text it shows in their place."""

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ROLE = re.compile(r":(?:meth|class|func|mod|data|attr):(?=<code)")
_FOLDER = "assets/inline"


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Put what lies elsewhere into its page, and have links to it lead there."""
    root = Path(config.config_file_path).parent
    if page.file.src_uri in SHOWN:
        markdown = shown(root / SHOWN[page.file.src_uri])
    for uri, path in SHOWN.items():
        markdown = markdown.replace(f"](../{path})", f"]({uri})")
    return markdown.replace("](docs/", "](")


def shown(path: Path) -> str:
    """Give a document with the scripts beside it that it links to, each below a heading that the link leads to."""
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"\]\((\w+)\.py\)", text):
        code = path.with_name(f"{name}.py").read_text(encoding="utf-8")
        text = text.replace(f"]({name}.py)", f"](#{name})") + f"\n## {name}.py {{ #{name} }}\n\n```python\n{code}```\n"
    return text


def on_post_page(output: str, *, page: Any, config: Any, **_: Any) -> str:
    """Move a page's scripts into files; of docstrings' references what they name stays."""
    return with_files(_ROLE.sub("", output), page.file.dest_uri, Path(config.site_dir))


def on_post_template(output_content: str, *, template_name: str, config: Any, **_: Any) -> str:
    """Move those of the page for what is not found, too."""
    return with_files(output_content, template_name, Path(config.site_dir)) if template_name.endswith(".html") else output_content


def with_files(html: str, path: str, site: Path) -> str:
    """Write the scripts of a page into files, named by what is in them, and have the page load them where they stood."""

    def move(script: re.Match[str]) -> str:
        name = f"{_FOLDER}/{hashlib.sha256(script[1].encode()).hexdigest()[:16]}.js"
        (site / _FOLDER).mkdir(parents=True, exist_ok=True)
        (site / name).write_text(script[1], encoding="utf-8")
        return f'<script src="{posixpath.relpath(name, posixpath.dirname(path) or ".")}"></script>'

    return _SCRIPT.sub(move, html)
