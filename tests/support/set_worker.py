"""The worker's part in writing and reading all pictures as one data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabsam.page.protocol.results import SetOutcome
from tests.support.asking import Page


class SetWorker:
    """Stands for the worker where data sets go out and in: hands over files by their numbers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.files: list[bytes] = []
        page.app.data_sets.read = self._read
        self.new: dict[str, bytes] = {}

    def _read(self, number: int, start: int, end: int) -> bytes:
        data = self.files[number]
        if data == b"gone":
            raise OSError("gone")
        return data[start:end]

    def hand(self, data: bytes) -> dict[str, int]:
        self.files.append(data)
        return {"file": len(self.files) - 1, "size": len(data)}

    def listed(self, pictures: Mapping[str, bytes | None], place: str = "") -> list[dict[str, Any]]:
        handed = ({"file": -1, "size": 0} if data is None else self.hand(data) for data in pictures.values())
        return [{"id": name, "name": name, "place": place, **one} for name, one in zip(pictures, handed, strict=True)]

    async def export(self, format: str, pictures: list[dict[str, Any]], **params: Any) -> tuple[dict[str, bytes], list[str]]:
        """Give the files of a data set, and what is said about them."""
        asked = {"withPictures": True, "zipped": True, "valShare": 0.0, "seed": 0, **params}
        await self.page.ask("beginSetExport", format=format, pictures=pictures, **asked)
        files: dict[str, bytes] = {}
        while True:
            step = await self.page.ask("goOnWithSetExport")
            for piece in step["pieces"]:
                files[piece["path"]] = files.get(piece["path"], b"") + piece["data"]
            if step["done"]:
                return files, step["notes"]

    async def bring(
        self,
        files: Mapping[str, bytes],
        pictures: list[dict[str, Any]] | None = None,
        answers: Mapping[str, str] | None = None,
        format: str = "",
    ) -> SetOutcome:
        handed = [{"path": path, **self.hand(data)} for path, data in files.items()]
        answered = [{"reference": one, "picture": path} for one, path in (answers or {}).items()]
        await self.page.ask("beginSetImport", files=handed, pictures=pictures or [], answers=answered, format=format)
        self.new = {}
        while True:
            step = await self.page.ask("goOnWithSetImport")
            for one in step["news"]:
                self.new[one["place"] + one["name"]] = one["data"] if one["file"] < 0 else self.files[one["file"]]
            if step["outcome"]:
                outcome: SetOutcome = step["outcome"]
                return outcome
