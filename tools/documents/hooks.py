"""What MkDocs does otherwise than by itself, for this site: it calls these by their names.

The site's Content-Security-Policy lets no script run that stands in a page itself: each that the theme has there becomes a file.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from typing import Any

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ROLE = re.compile(r":(?:meth|class|func|mod|data|attr):(?=<code)")
_FOLDER = "assets/inline"


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Put the changelog itself into its page, with links as they are from there."""
    if page.file.src_uri != "changelog.md":
        return markdown
    text = Path(config.config_file_path).with_name("CHANGELOG.md").read_text(encoding="utf-8")
    return text.replace("](docs/", "](")


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
