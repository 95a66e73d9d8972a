"""Projects of many pictures: how soon one is there again, the next picture, and what it costs that each change is kept."""

from __future__ import annotations

import json
import math
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from build import serving
from tests.bench.browser import Browser, Tab
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES
from tests.support.page import State
from tests.support.sites import copy_site, take_storage_away

PICTURES_OF_PROJECT, OBJECTS_A_PICTURE, CORNERS = 200, 10, 80
PICTURE = "1mp.jpg"
STARTS = 5
START_TARGET = 1.3

NEXT_PICTURE, NEXT_TURNS = "12mp.jpg", 6
NEXT_TARGET = 100
#: Seconds; web/page/input/encoding-ahead.js waits two.
NEXT_REST = 4

CHANGES, BATCHES = 40, 5
CHANGE_TARGET = 2

#: The project that the next start of the page opens; none begins one.
CHOOSE = "if (arguments[0]) localStorage.setItem('tabsam.project', arguments[0]); else localStorage.removeItem('tabsam.project')"

#: Whether what the encoder made of the open picture is stored, so that coming back costs no run of it.
ENCODED = (
    "return navigator.storage.getDirectory().then((root) => root.getFileHandle('encoded-picture')).then(() => true, () => false)"
)

#: Notes when the page comes to be in each of its states.
NOTE_STATES = """
window.benchStates = {};
new MutationObserver(() => {
  const { state } = document.body?.dataset ?? {};
  if (state) window.benchStates[state] ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });
"""


def measure(browser: Browser) -> Iterator[Figure]:
    """Start with a large project and with none; go on to the next picture; change things."""
    yield from starts(browser)
    with browser.tab() as tab:
        yield from next_pictures(tab)
    yield from changes(browser)


def starts(browser: Browser) -> Iterator[Figure]:
    """Start the page on a project, and on none, in turns."""
    with browser.tab() as tab:
        tab.load_site()
        tab.drop_paths(data_set(browser.folder / "set.zip", Path(tab.server.directory) / "bench" / PICTURE))
        tab.wait_until(lambda: tab.messages(), "the data set")
        tab.wait_until(lambda: tab.phase == "idle" and tab.state()["unkept"] == 0, "all to be stored")
        project = tab.state()["project"]
        tab.wait_until(lambda: tab.js(ENCODED), "the encoded picture to be stored")
        tab.load_bench()
        tab.cdp("Page.addScriptToEvaluateOnNewDocument", source=NOTE_STATES)
        full, empty, shown = [], [], []
        for number in range(STARTS + 1):
            of_project = start(tab, project, "idle")
            assert len(tab.state()["objects"]) == OBJECTS_A_PICTURE
            assert tab.find("#queue-place").text == f"1 of {PICTURES_OF_PROJECT}"
            of_none = start(tab, None, "ready")
            if number:  # the first turn fills the caches
                full.append(of_project["idle"])
                shown.append(of_project["encoding"])
                empty.append(of_none["ready"])
        tab.js(CHOOSE, None)
    count = f"{PICTURES_OF_PROJECT} pictures, {PICTURES_OF_PROJECT * OBJECTS_A_PICTURE} objects"
    yield Figure(f"start until a project can be worked on: {count}", Sample(full), Sample(empty), "empty start", START_TARGET)
    yield Figure("  until its picture is on the screen", Sample(shown), Sample(empty), "empty start")


def start(tab: Tab, project: str | None, state: State) -> dict[str, float]:
    """Start the page on a project, or on none; milliseconds from the navigation to the states that it has been in."""
    tab.load_bench()
    tab.js(CHOOSE, project)
    tab.rest()
    tab.driver.get(tab.site_url)
    tab.wait_for(state)
    states: dict[str, float] = tab.js("return window.benchStates")
    return states


def data_set(path: Path, picture: Path) -> Path:
    """Write a zip of many pictures with a COCO file: each picture a file of its own, its objects stars."""
    width, height = PICTURES[PICTURE]
    names = [f"{number:03}.jpg" for number in range(PICTURES_OF_PROJECT)]
    images = [{"id": i, "file_name": name, "width": width, "height": height} for i, name in enumerate(names)]
    annotations = [
        {"id": OBJECTS_A_PICTURE * i + j, "image_id": i, "category_id": j % 5, "segmentation": [star(j)], "iscrowd": 0}
        for i in range(PICTURES_OF_PROJECT)
        for j in range(OBJECTS_A_PICTURE)
    ]
    categories = [{"id": number, "name": f"class {number}"} for number in range(5)]
    coco = {"images": images, "annotations": annotations, "categories": categories}
    data = picture.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("annotations.json", json.dumps(coco))
        for name in names:
            archive.writestr(f"images/{name}", data + name.encode())
    return path


def star(number: int) -> list[float]:
    """Give corners of the so many-th star of a picture."""
    width, height = PICTURES[PICTURE]
    x, y, size = width * (number % 5 + 0.5) / 5, height * (number // 5 + 0.5) / 2, width / 12
    corners = []
    for corner in range(CORNERS):
        angle, reach = 2 * math.pi * corner / CORNERS, size * (0.7 + 0.3 * math.cos(corner / 3))
        corners += [round(x + reach * math.cos(angle), 2), round(y + reach * math.sin(angle), 2)]
    return corners


def next_pictures(tab: Tab) -> Iterator[Figure]:
    """Go on to pictures that are encoded already, by the key, after a rest: as long as it takes to decode the next one ahead.

    They have been open before, since a busy machine encodes nothing ahead.
    """
    tab.load_site()
    data = (Path(tab.server.directory) / "bench" / NEXT_PICTURE).read_bytes()
    folder = tab.downloads / "next"
    folder.mkdir()
    names = [f"{number}.jpg" for number in range(NEXT_TURNS + 2)]
    for name in names:
        (folder / name).write_bytes(data + name.encode())
    tab.drop_paths(*(folder / name for name in names))
    tab.wait_until(lambda: tab.phase == "idle" and tab.state()["unkept"] == 0, "the first picture")
    tab.client("watchPictures")
    for key, ways in (("]", names[1:]), ("[", names[-2::-1])):
        for name in ways:
            tab.press(key)
            tab.wait_for_picture(name)
    shown, ready = [], []
    for number, name in enumerate(names[1:], 1):
        time.sleep(NEXT_REST)
        tab.press("]")
        painted = tab.client("pictureShown", name)
        tab.wait_for_picture(name)
        if number > 1:  # the first is to warm up
            shown.append(painted)
            ready.append(tab.client("openedAfterKey"))
    yield Figure("next picture, encoded already, to the painted picture, 12 MP", Sample(shown), target=NEXT_TARGET)
    yield Figure("  12 MP: until it can be clicked", Sample(ready))


def changes(browser: Browser) -> Iterator[Figure]:
    """Change an object, where all is kept and on a site that is given no storage, in turns."""
    without = copy_site(Path(browser.server.directory), browser.folder / "no-storage")
    take_storage_away(without)
    kept: list[dict[str, float]] = []
    lost: list[dict[str, float]] = []
    with serving(without) as other:
        for server, costs in ((browser.server, kept), (other, lost)) * BATCHES:
            with browser.tab() as tab:
                tab.server = server
                tab.load_site()
                tab.client("open", PICTURE)
                tab.client("addObjects", OBJECTS_A_PICTURE, *PICTURES[PICTURE])
                assert tab.state()["keeping"]["status"] == ("kept" if costs is kept else "memory")
                costs.append(cost_of_changes(tab))
    shutil.rmtree(without)
    extra = [one["busy"] - other["busy"] for one, other in zip(kept, lost, strict=True)]
    yield Figure("a change that is kept: what it adds on the main thread", Sample(extra), target=CHANGE_TARGET)
    yield Figure("  a change: busy on the main thread, kept", Sample([cost["busy"] for cost in kept]))
    yield Figure("  a change: busy on the main thread, not kept", Sample([cost["busy"] for cost in lost]))
    yield Figure("  a change: asked to answered, kept", Sample([cost["answered"] for cost in kept]))
    yield Figure("  a change: asked to answered, not kept", Sample([cost["answered"] for cost in lost]))


def cost_of_changes(tab: Tab) -> dict[str, float]:
    """Give what a change costs: milliseconds until it is answered, and those of the main thread."""
    tab.client("changeObjects", CHANGES)
    tab.cdp("Performance.enable", timeDomain="threadTicks")  # of the processor: the machine may be busy with something else
    tab.rest()
    before = busy(tab)
    answered = tab.client("changeObjects", CHANGES)
    tab.rest()
    return {"answered": answered, "busy": (busy(tab) - before) / CHANGES}


def busy(tab: Tab) -> float:
    """Give the processor's time that the main thread has taken, in milliseconds."""
    metrics = {one["name"]: one["value"] for one in tab.cdp("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])
