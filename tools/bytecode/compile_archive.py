"""Replaces the Python sources in an archive by their bytecode. Runs in Pyodide (compile.mjs)."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import py_compile
import tempfile
import zipfile
from pathlib import Path


def compile_archive(path: str) -> None:
    """Compile every source in a wheel or zip; the bytecode is believed without a look at the source, which is gone."""
    archive = Path(path)
    result = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        digests: dict[str, tuple[str, int]] = {}
        for entry in old.infolist():
            if entry.is_dir():
                continue
            name, data = entry.filename, old.read(entry)
            if name.endswith(".dist-info/RECORD"):
                data = record(data, digests)  # the last in a wheel, as the standard advises
            elif name.endswith(".py") and (bytecode := compile_source(name, data)) is not None:
                name, data = f"{name}c", bytecode
                digests[entry.filename] = digest(data), len(data)
            info = zipfile.ZipInfo(name, entry.date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = entry.external_attr
            new.writestr(info, data)
    archive.write_bytes(result.getvalue())


def compile_source(name: str, source: bytes) -> bytes | None:
    """Give a source's bytecode, or None for what is no Python, a template with that ending."""
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder) / "source.py", Path(folder) / "bytecode.pyc"
        file.write_bytes(source)
        try:
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(str(file), str(target), dfile=name, doraise=True, invalidation_mode=mode)
        except py_compile.PyCompileError:
            return None
        return target.read_bytes()


def digest(data: bytes) -> str:
    """Give a digest as a wheel's RECORD holds it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def record(data: bytes, digests: dict[str, tuple[str, int]]) -> bytes:
    """Name the bytecode in a wheel's RECORD, in the place of its sources."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for name, *rest in csv.reader(io.StringIO(data.decode())):
        writer.writerow([f"{name}c", *map(str, digests[name])] if name in digests else [name, *rest])
    return lines.getvalue().encode()
