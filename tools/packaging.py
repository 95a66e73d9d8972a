"""The package for PyPI: a wheel and an sdist, checked, and tried in fresh environments of the Pythons that are here."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.environments import installed
from tools.files import CACHE, ROOT
from tools.packages import PIP_SETTINGS, version
from tools.terminal import BuildError, answer_of, run, say

PACKAGES = ROOT / "packages"

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Those that the package is for; of these the ones that are here are tried."""

LARGEST = 25_000_000
"""Bytes of the wheel: the built-in model is in it, and nothing that large besides."""

_TOOLS = ("build==1.6.1", "twine==7.0.0")

NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
"""An environment in which whatever would be fetched is not: nobody listens there."""

_TRIAL = """
from PIL import Image
picture = Image.new("RGB", (320, 240), (150, 150, 150))
picture.paste((220, 30, 40), (20, 60, 140, 180))
picture.save("cat.png")
"""


def package(output: Path = PACKAGES) -> list[Path]:
    """Build both, the wheel from the sdist, and try the wheel in every Python that is here; give their paths.

    Raises
    ------
    BuildError
        If one cannot be built, is not as it should be, or does not work.
    """
    python = _tools()
    shutil.rmtree(output, ignore_errors=True)
    say("Building the sdist, and the wheel from it")
    # -P, or the module "build" would be build.py.
    run(
        [python, "-P", "-m", "build", "--outdir", output, ROOT], "The package could not be built; why is above.", env=PIP_SETTINGS
    )
    built = sorted(output.iterdir())
    run([python, "-m", "twine", "check", "--strict", *built], "What a package index shows of it is not sound, above.")
    (wheel,) = (file for file in built if file.suffix == ".whl")
    if wheel.stat().st_size > LARGEST:
        raise BuildError(f"{wheel.name} has {wheel.stat().st_size:,} bytes, and may have {LARGEST:,}.")
    found = [path for name in PYTHONS if (path := _python(name))]
    for path in found:
        _try(path, wheel)
    say(f"{', '.join(file.name for file in built)}: tried with {len(found)} of the {len(PYTHONS)} Pythons that it is for")
    return built


def fresh_environment(python: Path | str, folder: Path, *arguments: str | Path, packages: Sequence[Path] = ()) -> Path:
    """Make a fresh environment, and install into it; give the path of its programs.

    Parameters
    ----------
    *arguments
        For ``pip install``.
    packages : sequence of Path
        Folders whose packages the environment has as well, after its own.
    """
    failure = f"{python} could not make a virtual environment, or pip could not install the package into it."
    run([python, "-m", "venv", folder], failure)
    programs = installed("python", folder).parent
    run([programs / "python", "-m", "pip", "install", "--quiet", *arguments], failure, env=PIP_SETTINGS)
    if packages:
        purelib = answer_of(str(programs / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
        Path(purelib or "", "of-others.pth").write_text("\n".join(map(str, packages)), encoding="utf-8")
    return programs


def smoke(programs: Path, folder: Path) -> None:
    """Have an installed package segment a picture, without a network.

    Parameters
    ----------
    folder : Path
        An empty one, to do it in.
    """
    environment = {**NO_NETWORK, "TABSAM_CACHE": str(folder / "cache"), "PYTHONPATH": ""}
    if (stated := answer_of(str(programs / "tabsam"), "--version")) != f"tabsam {version()}":
        raise BuildError(f"The installed command says that it is {stated}, and not tabsam {version()}.")
    run([programs / "python", "-c", _TRIAL], "Pillow does not work there.", cwd=folder, env=environment)
    failure = "The installed command does not segment a picture; why is above."
    run([programs / "tabsam", "segment", "cat.png", "--point", "80,120"], failure, cwd=folder, env=environment)
    if not (folder / "cat-mask.png").is_file():
        raise BuildError("The installed command wrote no mask.")


def _try(python: Path, wheel: Path) -> None:
    say(f"Trying it with {python}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = fresh_environment(python, folder / "venv", f"{wheel}[native]")
        (folder / "work").mkdir()
        smoke(programs, folder / "work")


def _tools() -> Path:
    """Have an environment with what builds and checks packages; give its Python."""
    folder = CACHE / "packaging" / "-".join(_TOOLS).replace("=", "")
    complete = folder / ".complete"  # its Python is there before they are
    if not complete.is_file():
        say(f"Installing {' and '.join(_TOOLS)}")
        shutil.rmtree(folder.parent, ignore_errors=True)
        fresh_environment(sys.executable, folder, *_TOOLS)
        complete.touch()
    return installed("python", folder)


def _python(name: str) -> Path | None:
    """Find a Python of a version; None where there is none that can make an environment."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    path = sys.executable if name == this else shutil.which(f"python{name}")
    return Path(path) if path and answer_of(path, "-c", "import ensurepip, venv; print(1)") else None
