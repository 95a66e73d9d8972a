"""Python compiled before it is served: a page that starts compiles nothing, which is a second of its start.

Pyodide's wheels and its standard library hold sources. Only the very same Python can compile them, so Pyodide does it, in Node.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.files import CACHE, NODE_MODULES, digest_of, sha256
from tools.packages import npm_version
from tools.terminal import run, say

HERE = Path(__file__).parent


def compiled(archives: Sequence[Path]) -> list[Path]:
    """Give archives (wheels, zips) with bytecode in the place of their Python sources; from the cache, when they are there.

    Files are named as they were, and everything but the sources is as it was.
    """
    folder = CACHE / "bytecode" / f"{npm_version('pyodide')}-{digest_of(HERE)[:16]}"
    places = [folder / sha256(archive)[:16] / archive.name for archive in archives]
    missing = [(archive, place) for archive, place in zip(archives, places, strict=True) if not place.is_file()]
    if missing:
        say(f"Compiling {', '.join(archive.name.split('-')[0] for archive, _ in missing)}")
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            names = [f"{number}-{archive.name}" for number, (archive, _) in enumerate(missing)]
            for name, (archive, _) in zip(names, missing, strict=True):
                (Path(temporary) / name).write_bytes(archive.read_bytes())
            failure = "Pyodide could not compile its packages; what it says of it is above."
            run(["node", HERE / "compile.mjs", NODE_MODULES / "pyodide/pyodide.mjs", temporary, *names], failure)
            for name, (_, place) in zip(names, missing, strict=True):
                place.parent.mkdir(parents=True, exist_ok=True)
                (Path(temporary) / name).replace(place)
    return places
