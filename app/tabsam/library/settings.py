"""How models are found and run, in one place: by argument, else by environment, else by a file, else as it suits most.

Names are the page's where it has them (``?threads=``, ``?provider=``, ``?catalog=``). In the environment they are in capitals
after ``TABSAM_``, as ``TABSAM_THREADS=4``; in a file they are TOML, as ``threads = 4``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, fields, replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_config_path

from tabsam.errors import SettingsError

PROVIDERS = ("auto", "cpu", "cuda", "coreml", "directml", "openvino")
PRECISIONS = ("auto", "fp32", "fp16", "int8")

FILE_NAME = "tabsam.toml"
_PREFIX = "TABSAM_"
_CONFIG = "TABSAM_CONFIG"
_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """How models are found and run.

    Attributes
    ----------
    threads : int, >= 0
        Of one run of a graph on the processor; 0 lets onnxruntime choose, which takes one a core.
    provider : str, one of :data:`PROVIDERS`
        What runs the graphs. "auto" is CUDA, else DirectML, where this onnxruntime has them and they start, else the processor;
        another is taken or refused.
    precision : str, one of :data:`PRECISIONS`
        Of the encoder's weights and arithmetic, for a model that the catalogue has in several: "fp16" takes the entry of the same
        model that states float16. "auto" takes what the id names.
    embedding_cache_bytes : int, >= 0
        What the embeddings of pictures may take together, as the graphs state their sizes, so that going back to one costs no
        encoding; of what is more the least recently used are released. The current picture's stays, whatever it takes.
    memory_limit : int, >= 0
        Bytes that onnxruntime's arena may hold for one loaded model, its two graphs together: embeddings, and what a run needs
        in between; with CUDA also those of each graph on the GPU. A run that needs more fails with ``model-memory``, and the
        model can be asked again. Not counted are the weights, which take about what their files do, and what Python holds. 0
        sets no limit.
    catalog : str
        Path or address of another list of models; "" for tabsam's own.
    cache : str
        The folder for downloaded models; "" for the platform's.

    Parameters
    ----------
    sources : mapping of str to str
        Where values come from, by their names, for what is said of those that cannot be.
    """

    threads: int = 0
    provider: str = "auto"
    precision: str = "auto"
    embedding_cache_bytes: int = 256_000_000
    memory_limit: int = 0
    catalog: str = ""
    cache: str = ""
    sources: InitVar[Mapping[str, str] | None] = None

    def __post_init__(self, sources: Mapping[str, str] | None) -> None:
        said = sources or {}
        for name in ("threads", "embedding_cache_bytes", "memory_limit"):
            object.__setattr__(self, name, _whole(name, getattr(self, name), said.get(name, ""), sizes=name != "threads"))
        for name, allowed in (("provider", PROVIDERS), ("precision", PRECISIONS)):
            if getattr(self, name) not in allowed:
                raise _wrong(name, getattr(self, name), said.get(name, ""), f"one of {', '.join(allowed)}")
        for name in ("catalog", "cache"):
            if not isinstance(getattr(self, name), str | os.PathLike):
                raise _wrong(name, getattr(self, name), said.get(name, ""), "a text")
            object.__setattr__(self, name, os.fspath(getattr(self, name)))

    @classmethod
    def read(cls, **overrides: Any) -> Settings:
        """Read the settings: what is given here, else in the environment, else in a file, else the defaults.

        The file is the one that ``TABSAM_CONFIG`` names, else ``tabsam.toml`` in the working folder, else in the user's own
        folder for settings; only the first that is there is read.

        Parameters
        ----------
        **overrides
            By the names of this class's attributes; None is as if it were not given.

        Raises
        ------
        SettingsError
            ``settings-unknown`` for a name that means nothing, ``settings-value`` for a value that cannot be, ``settings-file``
            for a file that cannot be read.
        """
        values: dict[str, Any] = {}
        said: dict[str, str] = {}
        for source, found in (*_in_file(), ("the environment", _in_environment())):
            values |= found
            said |= dict.fromkeys(found, source)
        settings = cls(**values, sources=said)
        return settings.with_(**overrides)

    def with_(self, **overrides: Any) -> Settings:
        """Give the same settings but for some, by name; None is as if it were not given.

        Raises
        ------
        SettingsError
            As :meth:`read`.
        """
        given = {name: value for name, value in overrides.items() if value is not None}
        _check_names(given, "an argument")
        return replace(self, **given) if given else self

    def shared_by(self, processes: int) -> Settings:
        """Give each of so many processes its part of the processor, where nobody has said how many threads it may have."""
        if self.threads or processes == 1:
            return self
        return self.with_(threads=max(1, (os.cpu_count() or 1) // processes))

    @property
    def cache_folder(self) -> Path:
        """The folder for downloaded models; it may not be there yet."""
        return Path(self.cache).expanduser() if self.cache else user_cache_path("tabsam", appauthor=False)


NAMES = tuple(one.name for one in fields(Settings))


def _in_environment() -> dict[str, str]:
    return {name: value for name in NAMES if (value := os.environ.get(_PREFIX + name.upper(), ""))}


def _in_file() -> list[tuple[str, dict[str, Any]]]:
    """Give the settings file's name and content; nothing where there is none."""
    named = os.environ.get(_CONFIG, "")
    places = Path(FILE_NAME), user_config_path("tabsam", appauthor=False) / FILE_NAME
    path = Path(named) if named else next((one for one in places if one.is_file()), None)
    if path is None:
        return []
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            "settings-file",
            f"The settings in '{path}' cannot be read: {getattr(error, 'strerror', None) or error}.",
            f"Write TOML, as threads = 4, or correct {_CONFIG}.",
        ) from error
    _check_names(values, f"'{path}'")
    return [(f"'{path}'", values)]


def _check_names(values: Mapping[str, Any], source: str) -> None:
    unknown = sorted(set(values) - set(NAMES))
    if unknown:
        raise SettingsError(
            "settings-unknown", f"There is no setting '{unknown[0]}' (in {source}).", f"Those there are: {', '.join(NAMES)}."
        )


def _whole(name: str, value: object, source: str, *, sizes: bool) -> int:
    """Read a number; of bytes also with a unit, as "2 GB" or "512MiB"."""
    wanted = "a whole number from 0 on" + (", or one with a unit as '2 GB' or '512 MiB'" if sizes else "")
    if isinstance(value, str):
        found = _SIZE.fullmatch(value.strip())
        unit = _UNITS.get(found[2].lower()) if found else None
        if found is None or unit is None or (not sizes and found[2]) or (unit == 1 and "." in found[1]):
            raise _wrong(name, value, source, wanted)
        return int(float(found[1]) * unit) if "." in found[1] else int(found[1]) * unit
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(name, value, source, wanted)
    return value


def _wrong(name: str, value: object, source: str, wanted: str) -> SettingsError:
    place = f" in {source}" if source else ""
    return SettingsError("settings-value", f"The setting '{name}'{place} is {value!r}, and must be {wanted}.", "Correct it.")
