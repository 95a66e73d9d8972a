#!/usr/bin/env python3
"""Put the static site together in dist/, serve it, check it, test it, measure it.

    python3 build.py build                   dist/, from this folder, npm and PyPI
    python3 build.py serve [--port 8000]     the site on this machine, rebuilt first when something has changed
    python3 build.py check                   ruff, mypy, tsc, ESLint
    python3 build.py test [--all] [-- -k name]   check, build, and all tests (with --all those that take long, too)
    python3 build.py docs                    the documentation, beside the site in dist/docs/
    python3 build.py lock [--upgrade]        tools/locks, of what pyproject.toml wishes: packages with versions and digests
    python3 build.py sbom                    what the site is made of, as CycloneDX (a bill of materials)
    python3 build.py bench                   build, and measure
    python3 build.py package                 the wheel and the sdist for PyPI, checked and tried, in packages/
    python3 build.py fuzz [--minutes 1]      mutated files for every reader, random requests for the page's Python
    python3 build.py clean [--all]           remove what was built (and what was downloaded and installed)

It needs Python 3.11 or later with pip, and Node 20 or later with npm. The rest it fetches, each piece pinned and checked
against its digest. How each step is done is in tools/.
"""

from __future__ import annotations

import argparse
import errno
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  # this file is what an older Python is told by
    sys.exit("build.py: This Python is too old. Use Python 3.11 or later.")

from tools.checks import bench, check, fuzz, test
from tools.documents.site import build_docs
from tools.files import CACHE, DIST, NODE_MODULES, ROOT, VENV
from tools.locks import write_locks
from tools.packaging import PACKAGES, package
from tools.sbom import bill_of
from tools.server import SiteServer, make_server, serving
from tools.site import build
from tools.terminal import BuildError, complain, say

__all__ = ["DIST", "ROOT", "BuildError", "SiteServer", "build", "main", "make_server", "serving"]


def serve(port: int, *, isolate: bool) -> None:
    """Serve the site, built when needed, until the person has had enough."""
    with free_server(port, isolate=isolate) as server:
        build(server.directory)
        say(f"tabsam is at {server.url} (Ctrl-C stops it)")
        server.serve_forever()


def free_server(port: int, *, isolate: bool) -> SiteServer:
    """Make a server of dist/ on a port, or on one of the next when it is taken."""
    if not 0 <= port <= 65535:
        raise BuildError(f"{port} is no port. Choose one from 1024 to 65535 with --port.")
    for candidate in range(port, min(port + 20, 65536)):
        try:
            return make_server(DIST, port=candidate, isolate=isolate)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise BuildError(f"Port {candidate} is not yours to use. Choose one above 1023 with --port.") from error
            if error.errno != errno.EADDRINUSE:
                raise
            say(f"Port {candidate} is taken")
    raise BuildError(f"Port {port} and those after it are taken. Choose another with --port.")


def write_bill(path: Path) -> None:
    """Write down what the site is made of, built when needed."""
    path.write_text(bill_of(build()), encoding="utf-8")
    say(f"Wrote {path.name}")


def clean(*, everything: bool) -> None:
    """Remove what was built, and with `everything` also what was downloaded and installed."""
    downloads = (CACHE, VENV, NODE_MODULES) if everything else ()
    for folder in (DIST, *ROOT.glob(".dist.*"), CACHE / "wheel", PACKAGES, *downloads):
        shutil.rmtree(folder, ignore_errors=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build, serve, check, test and measure tabsam.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="put the site together in dist/")
    serve = commands.add_parser("serve", help="serve the site on this machine")
    serve.add_argument("--port", type=int, default=8000, help="the port to try first (8000)")
    serve.add_argument("--no-isolation", action="store_true", help="without COOP and COEP, like a plain static host")
    commands.add_parser("check", help="run ruff, mypy, tsc and ESLint")
    test = commands.add_parser("test", help="check, build, and run all tests")
    test.add_argument("--all", action="store_true", help="and those that take long")
    test.add_argument("arguments", nargs="*", help="for pytest, after --")
    commands.add_parser("docs", help="make the documentation, beside the site in dist/docs/")
    lock = commands.add_parser("lock", help="write down the versions and digests of what pip installs, anew")
    lock.add_argument("--upgrade", action="store_true", help="and take the newest versions")
    sbom = commands.add_parser("sbom", help="say what the site is made of, as CycloneDX")
    sbom.add_argument("--output", type=Path, default=ROOT / "sbom.cdx.json", help="the file (sbom.cdx.json)")
    bench = commands.add_parser("bench", help="build, and measure")
    bench.add_argument("arguments", nargs="*", help="for tests.bench, after --")
    fuzz = commands.add_parser("fuzz", help="give mutated files to every reader, and random requests to the page's Python")
    fuzz.add_argument("--minutes", type=float, default=1.0, help="how long (1)")
    fuzz.add_argument("--seed", type=int, help="of a run that is to be made again")
    commands.add_parser("package", help="build the wheel and the sdist, check them, and try the wheel in fresh environments")
    clean = commands.add_parser("clean", help="remove what was built")
    clean.add_argument("--all", action="store_true", help="and what was downloaded and installed")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give the exit status: 0, 1 when something is wrong, 130 when the person interrupted it."""
    options = parse(arguments)
    commands: dict[str, Callable[[], object]] = {
        "build": build,
        "serve": lambda: serve(options.port, isolate=not options.no_isolation),
        "check": check,
        "test": lambda: test([*(["--all"] if options.all else []), *options.arguments]),
        "bench": lambda: bench(options.arguments),
        "package": package,
        "docs": build_docs,
        "lock": lambda: write_locks(upgrade=options.upgrade),
        "sbom": lambda: write_bill(options.output),
        "fuzz": lambda: fuzz(options.minutes, options.seed),
        "clean": lambda: clean(everything=options.all),
    }
    try:
        return 1 if commands[options.command]() is False else 0
    except BuildError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
