"""Every command, as a process of its own on real pictures: its exit code, what is on stdout, and what on stderr."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import ROOT, serving
from tabsam.cli import main
from tabsam.cli.app import COMMANDS, GROUPS
from tests.support.command import environment, tabsam
from tests.support.pictures import encoded, red_disc, two_discs


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "discs.jpg"
    path.write_bytes(encoded(two_discs(), "JPEG", quality=95))
    return path


def test_a_picture_is_segmented_by_the_model_that_is_built_in(picture: Path) -> None:
    ran = tabsam("segment", picture, "--point", "80,120", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    told = json.loads(ran.stdout)
    mask = np.asarray(Image.open(told["output"])) > 0
    assert (mask & red_disc()).sum() / (mask | red_disc()).sum() > 0.95
    assert [one["taken"] for one in told["candidates"]].count(True) == 1


def test_everything_is_found_in_any_format(picture: Path) -> None:
    ran = tabsam("everything", picture, "--points-per-side", "4", "--format", "geojson", "--quiet")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    found = json.loads(picture.with_name("discs-geojson.geojson").read_text("utf-8"))["features"]
    assert len(found) == 2


def test_what_fails_is_one_line_on_stderr_and_an_error_on_stdout(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"images": [\n  {"id": 1,\n', encoding="utf-8")
    ran = tabsam("convert", broken, "--to", "yolo", "--output", tmp_path / "out", "--json")
    assert ran.returncode == 1
    assert re.fullmatch(r"tabsam: [^\n]+\n", ran.stderr)
    assert json.loads(ran.stdout)["error"]["message"] in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["segment"], "Missing argument"),
        (["segment", "a.jpg", "--point", "1,x"], "'1,x' is not X,Y"),
        (["segment", "a.jpg", "--format", "gif"], "'gif' is none of: mask-png"),
        (["sement"], "No such command 'sement'"),
        (["batch", "--output-dir", "out"], "There is nothing to work on"),
    ],
)
def test_a_wrong_call_is_told_apart(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert not said.out


def test_without_typer_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; from tabsam.cli import main; sys.exit(main(['--help']))"
    ran = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == 'tabsam: The command needs typer, which is not installed. pip install "tabsam[native]"\n'


def test_every_command_helps(capsys: pytest.CaptureFixture[str]) -> None:
    names = [one.__name__ for one in COMMANDS] + [*GROUPS]
    for name in names:
        assert main([name, "--help"]) == 0
        assert f"tabsam {name}" in capsys.readouterr().out
    assert main([]) == 2
    said = capsys.readouterr().out
    assert not [name for name in names if name not in said]


def test_the_help_waits_for_no_runtime() -> None:
    code = "import sys; from tabsam.cli import main; main(['batch', '--help']); sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=False).returncode == 0


def test_models_are_listed_and_checked() -> None:
    listed = tabsam("models", "list", "--json")
    nano, *others = json.loads(listed.stdout)["models"]
    assert (nano["id"], nano["state"]) == ("nano", "built-in")
    assert len(others) > 10
    verified = tabsam("models", "verify", "nano")
    assert verified.returncode == 0
    assert verified.stdout.splitlines()[0].split() == ["nano", "encoder.onnx", "sound"]


def test_a_model_is_fetched_checked_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABSAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TABSAM_CATALOG", str(tmp_path / "catalog.json"))
    with serving(ROOT / "models") as server:
        entry = json.loads((ROOT / "models/catalog.json").read_text("utf-8"))["models"][0] | {"id": "mine"}
        for part in ("encoder", "decoder"):
            entry[part]["url"] = server.url + entry[part]["url"]
        (tmp_path / "catalog.json").write_text(json.dumps({"models": [entry]}), encoding="utf-8")
        assert main(["models", "pull", "mine", "--json"]) == 0
        pulled = json.loads(capsys.readouterr().out)
        assert Path(pulled["encoder"]).stat().st_size == entry["encoder"]["bytes"]
        assert main(["models", "verify", "mine", "--quiet"]) == 0
        assert main(["models", "remove", "mine"]) == 0
        assert "mine is removed: 13 MB are free." in capsys.readouterr().out
        assert main(["models", "verify", "mine", "--quiet"]) == 1
    assert main(["models", "remove", "nano"]) == 1


def test_a_model_is_measured_and_two_runs_are_compared(tmp_path: Path) -> None:
    ran = tabsam("bench", "--rounds", "2", "--output", "run.json", "--html", "run.html", "--json", cwd=tmp_path)
    assert ran.returncode == 0
    run = json.loads(ran.stdout)
    assert run | {"notes": 0} == json.loads((tmp_path / "run.json").read_text("utf-8")) | {"notes": 0}
    assert 0 < run["decode_ms"]["p50"] <= run["decode_ms"]["p95"]
    assert run["encode_ms"]["n"] == 2
    assert "<h1>tabsam bench</h1>" in (tmp_path / "run.html").read_text("utf-8")
    slower = run | {"decode_ms": {name: 2 * value for name, value in run["decode_ms"].items()}, "provider": "CUDA"}
    (tmp_path / "slower.json").write_text(json.dumps(slower), encoding="utf-8")
    # No such model: the two files are told, and nothing is loaded.
    told = tabsam("bench", "--compare", "run.json", "slower.json", "--model", "none", "--markdown", cwd=tmp_path)
    assert told.returncode == 0
    assert "| decode, p50 |" in told.stdout
    assert " 2.00 |" in told.stdout
    assert "Not the same in both: provider." in told.stdout


def test_the_site_is_served_with_the_headers_for_threads(tmp_path: Path) -> None:
    assert tabsam("serve", tmp_path).returncode == 1
    for name in ("index.html", "build.json"):
        tmp_path.joinpath(name).write_text("{}", encoding="utf-8")
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine/main.mjs").write_text("", encoding="utf-8")
    command = [sys.executable, "-u", "-m", "tabsam", "serve", str(tmp_path), "--port", "0", "--json"]
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs, and what they start, ignore it
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as served:
        signal.signal(signal.SIGINT, before)
        try:
            assert served.stdout is not None
            url = json.loads(served.stdout.readline())["url"]
            with urllib.request.urlopen(f"{url}engine/main.mjs") as answer:
                assert answer.headers["Content-Type"].startswith("text/javascript")
                assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
            served.send_signal(signal.SIGINT)
            assert served.wait(30) == 130
        finally:
            served.kill()


def test_completion_is_offered() -> None:
    ran = tabsam(_TABSAM_COMPLETE="complete_bash", COMP_WORDS="tabsam seg", COMP_CWORD="1")
    assert ran.stdout.split() == ["segment"]
