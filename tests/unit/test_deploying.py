"""The files for hosts say what the site's own server says, and the guide tells what a host would refuse."""

from __future__ import annotations

import json
import re

import pytest

from build import ROOT
from tools.policy import SITE_POLICY
from tools.server import ISOLATION

DEPLOY = ROOT / "docs/deploy"
WANTED = {
    **ISOLATION,
    "Content-Security-Policy": SITE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

#: How each host's file writes a header of all answers.
HEADER = {
    "_headers": re.compile(r"^  ([\w-]+): (.*)$", re.MULTILINE),
    "nginx.conf": re.compile(r'^    add_header ([\w-]+) "(.*)" always;$', re.MULTILINE),
    "Caddyfile": re.compile(r'^\t\t([\w-]+) "(.*)"$', re.MULTILINE),
}


@pytest.mark.parametrize("name", HEADER)
def test_a_hosts_file_has_every_header_of_the_sites_own_server(name: str) -> None:
    headers = dict(HEADER[name].findall((DEPLOY / name).read_text(encoding="utf-8")))
    headers.pop("Content-Type", None)  # of some files only
    assert headers == WANTED


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_servers_file_knows_the_types_that_few_lists_have(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert all(kind in text for kind in ("text/javascript", "application/manifest+json", "mjs", "webmanifest", "whl", "onnx"))


def test_cloudflares_rules_are_within_its_limits() -> None:
    lines = (DEPLOY / "_headers").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 2000
    assert [line for line in lines if line.startswith("/")] == ["/*", "/*.whl", "/*.onnx"]


def test_the_guide_names_the_file_that_is_too_large_for_cloudflare() -> None:
    folder = ROOT / "web/node_modules/onnxruntime-web/dist"
    if not folder.is_dir():
        pytest.skip("npm's packages are not installed here")
    from tools.site import ONNXRUNTIME_FILES

    large = [name for name in ONNXRUNTIME_FILES if (folder / name).stat().st_size > 25 * 2**20]
    guide = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
    assert large
    assert all(f"rm\ndist/vendor/onnxruntime/{name}" in guide for name in large)


def test_the_app_takes_what_the_file_picker_takes() -> None:
    manifest = json.loads((ROOT / "web/manifest.webmanifest").read_text(encoding="utf-8"))
    accept = manifest["file_handlers"][0]["accept"]
    inputs = (ROOT / "web/page/input/file-inputs.html").read_text(encoding="utf-8")
    picker = re.search(r'id="file" accept="([^"]*)"', inputs)
    assert picker
    for kind in picker[1].split(","):
        assert kind in accept or any(kind in endings for endings in accept.values())
    shared = manifest["share_target"]["params"]["files"][0]["accept"]
    assert {kind for kind in accept if kind.startswith("image/")} <= set(shared)
