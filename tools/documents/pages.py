"""The documents that are made from the code, and what makes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tools.documents.page_api import page as page_api
from tools.documents.tables import formats_page, models_page
from tools.documents.troubleshooting import page as troubleshooting

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/formats.md": formats_page,
    "docs/model-tables.md": models_page,
    "docs/page-api.md": page_api,
    "docs/troubleshooting.md": troubleshooting,
}
