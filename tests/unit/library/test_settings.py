"""Settings come by argument, environment or file, in that order; what cannot be is said, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tabsam.errors import SettingsError
from tabsam.library import settings as module
from tabsam.library.settings import NAMES, Settings


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, in an environment that says nothing, as a person who has set nothing."""
    for name in (*NAMES, "config"):
        monkeypatch.delenv(f"TABSAM_{name.upper()}", raising=False)
    monkeypatch.setattr(module, "user_config_path", lambda *name, **how: tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fails(code: str, **overrides: object) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        Settings.read(**overrides)
    assert caught.value.code == code
    assert caught.value.hint
    return caught.value


def test_without_a_word_they_suit_most() -> None:
    assert Settings.read() == Settings()
    assert Settings().provider == "auto"


def test_an_argument_comes_before_the_environment_and_that_before_a_file(
    nothing_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("tabsam.toml").write_text('threads = 1\nprovider = "cpu"\nmemory_limit = "2 GB"\n')
    monkeypatch.setenv("TABSAM_THREADS", "2")
    monkeypatch.setenv("TABSAM_PROVIDER", "auto")
    settings = Settings.read(threads=3, provider=None)
    assert (settings.threads, settings.provider, settings.memory_limit) == (3, "auto", 2 * 10**9)


def test_only_the_first_file_is_read(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nothing_set / "home").mkdir()
    (nothing_set / "home/tabsam.toml").write_text("threads = 5\nmemory_limit = 7")
    assert Settings.read().threads == 5
    Path("tabsam.toml").write_text("threads = 4")
    assert (Settings.read().threads, Settings.read().memory_limit) == (4, 0)
    Path("other.toml").write_text("threads = 6")
    monkeypatch.setenv("TABSAM_CONFIG", "other.toml")
    assert Settings.read().threads == 6


@pytest.mark.parametrize(("text", "size"), [("0", 0), ("12", 12), ("3 kB", 3000), ("2MiB", 2 << 20), ("1.5 GB", 1_500_000_000)])
def test_sizes_have_units(text: str, size: int) -> None:
    assert Settings.read(embedding_cache_bytes=text).embedding_cache_bytes == size


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threads", -1),
        ("threads", True),
        ("threads", "2 GB"),
        ("threads", 1.5),
        ("provider", "gpu"),
        ("precision", "float32"),
        ("memory_limit", "much"),
        ("memory_limit", "1.5"),
        ("embedding_cache_bytes", "3 elephants"),
        ("cache", 3),
    ],
)
def test_values_that_cannot_be_are_refused(name: str, value: object) -> None:
    assert f"'{name}'" in fails("settings-value", **{name: value}).message


def test_where_a_wrong_value_stands_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("tabsam.toml").write_text('provider = "gpu"')
    assert "in 'tabsam.toml' is 'gpu'" in fails("settings-value").message
    monkeypatch.setenv("TABSAM_PROVIDER", "wasm")
    assert "in the environment is 'wasm'" in fails("settings-value").message


def test_names_that_mean_nothing_are_refused() -> None:
    assert "'thread'" in fails("settings-unknown", thread=3).message
    Path("tabsam.toml").write_text("thread = 3")
    assert "tabsam.toml" in fails("settings-unknown").message


@pytest.mark.parametrize("text", ["threads = ", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told(text: str | bytes) -> None:
    Path("tabsam.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    fails("settings-file")


def test_a_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABSAM_CONFIG", "nowhere.toml")
    assert "nowhere.toml" in fails("settings-file").message


def test_the_cache_is_where_one_says(tmp_path: Path) -> None:
    assert Settings(cache=str(tmp_path)).cache_folder == tmp_path
    assert Settings().cache_folder.name == "tabsam"
