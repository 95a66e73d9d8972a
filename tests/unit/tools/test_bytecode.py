from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path
from typing import Any
from zipimport import zipimporter

import pytest

from tools.bytecode.compile_archive import compile_archive

RECORD = "thing-1.dist-info/RECORD"
FILES = {
    "thing/__init__.py": b"def answer():\n    return 42\n",
    "thing/template.py": b"def {name}({arguments}):\n",
    "thing/data.txt": b"as it was",
    RECORD: b"thing/__init__.py,sha256=old,29\nthing/template.py,sha256=kept,25\nthing/data.txt,sha256=kept,9\n"
    + RECORD.encode()
    + b",,\n",
}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "thing-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    compile_archive(str(path))
    return path


def test_a_compiled_package_is_imported_without_its_sources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert "thing/__init__.pyc" in archive.namelist()
        assert "thing/__init__.py" not in archive.namelist()
    scope: dict[str, Any] = {}
    code = zipimporter(str(wheel)).get_code("thing")
    assert code is not None
    exec(code, scope)
    assert scope["answer"]() == 42


def test_what_is_no_python_stays_as_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in ("thing/template.py", "thing/data.txt"):
            assert archive.read(name) == FILES[name]


def test_the_record_names_what_is_there(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        bytecode = archive.read("thing/__init__.pyc")
        digest = base64.urlsafe_b64encode(hashlib.sha256(bytecode).digest()).rstrip(b"=").decode()
        assert archive.read(RECORD).decode().splitlines() == [
            f"thing/__init__.pyc,sha256={digest},{len(bytecode)}",
            "thing/template.py,sha256=kept,25",
            "thing/data.txt,sha256=kept,9",
            f"{RECORD},,",
        ]


def test_the_same_sources_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.whl"
    with zipfile.ZipFile(again, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    compile_archive(str(again))
    assert again.read_bytes() == wheel.read_bytes()
