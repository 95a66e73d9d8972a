"""Faults at random moments of a session on several pictures: after each the work is as it was at the last action that ended.

What happens is told by a seed, which is in the test's name. A fault is a tab that is reloaded or killed, also in the middle of an
action, a worker that ends, hangs or throws, a disk without room or one whose writes fail, storage that is cleared, a network that
is cut, another tab that takes the project over, a journal whose end has been damaged, or a project file that is. Where something
is lost, or could be, the page says so.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException

from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.project import write_project
from tabsam.geometry.tracing import outline_of_mask
from tests.browser.conftest import Serve
from tests.browser.test_keeping import DROP_ENCODED, KEEP, wait_for_work, work
from tests.support.page import Page, PageError
from tests.support.pictures import encoded, red_disc, two_discs
from tests.support.sites import befall, copy_site, with_frail_workers

PICTURES = 10
FAULTS, FEW_FAULTS = 6, 3
#: Of them CI goes through the first, with few; `build.py test --all` makes 300 faults and more.
SEEDS = 51

#: Of a worker.
ENDS = ("close", "freeze")

#: Cuts the end of the journal off, or puts something else in its place.
DAMAGE = """
const [bytes, cut, done] = arguments;
(async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const project = await projects.getDirectoryHandle(localStorage.getItem('tabsam.project'));
  const journal = await project.getFileHandle('journal');
  const { size } = await journal.getFile();
  const file = await journal.createWritable({ keepExistingData: true });
  if (cut) await file.truncate(Math.max(0, size - bytes));
  else await file.write({ type: 'write', position: Math.max(0, size - bytes), data: '?'.repeat(Math.min(bytes, 5)) });
  await file.close();
})().then(() => done(''), (error) => done(String(error)));
"""


class Session:
    """A person at work, and what goes wrong."""

    def __init__(self, page: Page, url: str, folder: Path, seed: int) -> None:
        self.page = page
        self.url = url
        self.folder = folder
        self.random = random.Random(seed)
        #: CI leaves out those that take long, such as a worker that is waited for.
        self.all_kinds = seed > 0
        self.states: list[Any] = []
        self.coming: list[Callable[[], None]] = []

    def act(self) -> None:
        """Do something to its end."""
        before = self.page.state()
        choices: list[tuple[str, tuple[Any, ...]]] = [
            ("addPoint", self.place()),
            ("addPoint", self.place()),
            ("next", ()),
            ("next", ()),
        ]
        if before["candidates"]:
            choices += [("accept", ())] * 2
        choices += [(name, ()) for name, can in (("undo", before["canUndo"]), ("redo", before["canRedo"])) if can]
        if before["objects"]:
            one = self.random.choice(before["objects"])["id"]
            choices += [("objects.remove", (one,)), ("objects.duplicate", (one,))]
        if len(before["categories"]) < 5:
            choices.append(("classes.add", (f"class {self.random.random():.6f}",)))
        method, given = self.random.choice(choices)
        if method == "next":
            self.page.press(self.random.choice("[]"))
        else:
            try:
                self.page.call(method, *given)
            except PageError as error:  # an answer, as that there is such a copy already
                if error.code == "undefined":
                    raise
        self.note()

    def place(self) -> tuple[float, float, int]:
        return self.random.uniform(0, 300), self.random.uniform(0, 230), self.random.choice([1, 1, 1, 0])

    def note(self) -> None:
        """Take down what there is."""
        self.page.wait_for("idle")
        self.states.append(work(self.page))

    def fault(self) -> None:
        """Have something go wrong, and see what there is after it."""
        if not self.coming:  # each as often as any other
            self.coming = [self.reload, self.reload_in_the_middle, self.kill, self.kill_in_the_middle]
            self.coming += [self.take_over, self.fill_the_disk, self.damage]
            if self.all_kinds:
                self.coming += [self.end_the_worker, self.end_the_engine, self.throw_in_the_worker, self.fail_writes]
                self.coming += [self.clear_the_storage, self.cut_the_network, self.open_a_damaged_project]
            self.random.shuffle(self.coming)
        self.coming.pop()()

    def expect_the_last(self) -> None:
        wait_for_work(self.page)
        assert work(self.page) == self.states[-1]

    def reload(self) -> None:
        self.page.driver.refresh()
        self.expect_the_last()

    def expect_said(self, code: str) -> None:
        """Expect a sentence about what has happened."""
        self.page.wait_until(lambda: code in self.page.error_codes(), f"{code} to be said")

    def begin(self) -> None:
        """Ask for something, and do not wait for it."""
        self.page.js("void window.tabsam.addPoint(arguments[0], arguments[1]).catch(() => {})", *self.place()[:2])

    def expect_the_last_or_what_was_begun(self, begun: int = 1) -> None:
        """Expect that what was asked last, and not answered, is done, or is not."""
        before = self.states[-1]
        count = len(before[2])
        wait_for_work(self.page)
        now = work(self.page)
        assert now[1] == before[1]
        assert count <= len(now[2]) <= count + begun
        self.states.append(now)

    def reload_in_the_middle(self) -> None:
        self.begin()
        self.page.driver.refresh()
        self.expect_the_last_or_what_was_begun()

    def kill(self) -> None:
        self.kill_after(self.act)
        self.expect_the_last()

    def kill_in_the_middle(self) -> None:
        self.kill_after(self.begin)
        self.expect_the_last_or_what_was_begun()

    def kill_after(self, acting: Callable[[], None]) -> None:
        """Work in a tab that is killed."""
        driver, first = self.page.driver, self.page.driver.current_window_handle
        driver.get("about:blank")
        driver.switch_to.new_window("tab")
        driver.get(self.url)
        wait_for_work(self.page)
        acting()
        with suppress(WebDriverException):  # it answers no more
            self.page.cdp("Page.crash")
        driver.switch_to.window(first)
        driver.get(self.url)

    def end_the_worker(self) -> None:
        """Have Python's worker end, or hang, while it is at work: another one takes its place."""
        self.page.driver.get(f"{self.url}?patience=1")
        wait_for_work(self.page)
        self.begin()
        befall(self.page, "worker", self.random.choice(ENDS))
        self.begin()
        self.expect_said("python-restarted")
        self.expect_the_last_or_what_was_begun(2)
        self.page.driver.get(self.url)
        self.expect_the_last()

    def end_the_engine(self) -> None:
        """Have the engine end, or hang: another one takes its place, and nothing else changes."""
        self.page.driver.get(f"{self.url}?patience=1")
        wait_for_work(self.page)
        befall(self.page, "engine", self.random.choice(ENDS))
        self.begin()
        self.page.wait_until(lambda: any("goes on with WASM" in text for text in self.page.messages()), "another engine")
        self.expect_the_last_or_what_was_begun()
        self.page.driver.get(self.url)
        self.expect_the_last()

    def throw_in_the_worker(self) -> None:
        """Have something raised that nobody catches: it is said, and the work goes on."""
        befall(self.page, "worker", "fail")
        self.expect_said("internal")
        assert work(self.page) == self.states[-1]
        self.change()

    def take_over(self) -> None:
        """Have another tab take the project, and leave it there."""
        driver, first = self.page.driver, self.page.driver.current_window_handle
        driver.switch_to.new_window("tab")
        driver.get(self.url)
        self.page.wait_until(lambda: any("open in another tab" in text for text in self.page.messages()), "the notice")
        self.page.find("#notices [data-role=message-action]").click()
        wait_for_work(self.page)
        self.act()
        driver.close()
        driver.switch_to.window(first)
        self.page.wait_until(lambda: "not-kept-taken" in self.page.error_codes(), "the tab to be told")
        self.page.driver.refresh()
        self.expect_the_last()

    def fill_the_disk(self) -> None:
        """Work on a full disk, that has room again later."""
        origin = self.page.js("return location.origin")
        self.page.js(DROP_ENCODED)  # it would make room
        usage = self.page.js("return navigator.storage.estimate().then(({ usage }) => usage)")
        self.page.cdp("Storage.overrideQuotaForOrigin", origin=origin, quotaSize=usage)
        self.act()
        self.act()
        if self.page.state()["keeping"]["status"] != "kept":  # a small change may still have found room
            self.expect_said("not-kept-full")
        self.page.cdp("Storage.overrideQuotaForOrigin", origin=origin)
        self.expect_all_to_be_stored_again()

    def fail_writes(self) -> None:
        """Work on a disk that takes nothing for a while."""
        befall(self.page, "worker", "refuse")
        self.change()
        self.expect_said("not-kept-failed")
        self.act()
        befall(self.page, "worker", "mend")
        self.expect_all_to_be_stored_again()

    def clear_the_storage(self) -> None:
        """Have all that is stored taken away while one works: what is open stays, and is stored again."""
        origin = self.page.js("return location.origin")
        self.page.cdp("Storage.clearDataForOrigin", origin=origin, storageTypes="file_systems")
        self.change()
        self.expect_said("not-kept-cleared")
        assert work(self.page) == self.states[-1]
        self.wait_for_kept()
        name = self.states[-1][0]["name"]
        self.page.driver.refresh()
        self.page.wait_until(lambda: self.page.phase != "starting", "the page")
        if self.page.wait_for("idle", "ready") == "ready":  # the picture was of another day, and its file has gone, too
            self.expect_said("picture-not-kept")
            self.page.drop_paths(self.folder / name)
        self.expect_the_last()
        self.page.driver.get(f"{self.url}?new")
        self.page.wait_for("ready")
        open_all(self.page, self.folder)
        self.note()

    def expect_all_to_be_stored_again(self) -> None:
        self.change()
        self.wait_for_kept()
        self.page.driver.refresh()
        self.expect_the_last()

    def wait_for_kept(self) -> None:
        """Go on until all is stored: it is tried again when there is something to store."""

        def is_kept() -> bool:
            if self.page.state()["keeping"]["status"] == "kept":
                return True
            self.change()
            return False

        self.page.wait_until(is_kept, "all to be stored")

    def change(self) -> None:
        """Do something that is stored."""
        self.page.call("addPoint", *self.place())
        self.note()

    def cut_the_network(self) -> None:
        """Work without a network: what runs needs none."""
        self.page.cdp("Network.enable")
        for offline in (True, False):
            conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
            self.page.cdp("Network.emulateNetworkConditions", offline=offline, **conditions)
            if offline:
                self.act()
                self.act()
        self.page.driver.refresh()
        self.expect_the_last()

    def open_a_damaged_project(self) -> None:
        """Drop a project file of which a part is missing."""
        self.page.drop(PROJECT[: self.random.randrange(100, len(PROJECT) - 1)], "damaged.tabsam")
        self.page.wait_until(self.page.error_codes, "it to be said")
        self.expect_the_last()

    def damage(self) -> None:
        """Damage the end of the journal: what it holds whole is there, and no more than that."""
        self.page.driver.get(f"{self.url}protocol.js")  # of the same origin, and nobody has the project there
        count, cut = self.random.randrange(10, 4000), self.random.random() < 0.5
        error = self.page.driver.execute_async_script(DAMAGE, count, cut)
        assert error == ""
        self.page.driver.get(self.url)
        self.page.wait_for("idle", "ready")
        if not cut:  # what is cut off at a line's end cannot be told from what was never written
            self.expect_said("journal-damaged")
        if self.page.phase == "ready":  # all of it was damaged: the list of pictures too
            open_all(self.page, self.folder)
        self.page.wait_for("idle")
        now = work(self.page)
        assert not now[1] or any(now[:2] == one[:2] for one in self.states)
        self.states.append(now)


def open_all(page: Page, folder: Path) -> None:
    paths = [folder / f"{number}.png" for number in range(PICTURES)]
    for number, path in enumerate(paths):
        path.write_bytes(encoded(two_discs()[:, number:]))
    page.drop_paths(*paths)
    wait_for_work(page)
    page.wait_until(lambda: page.state()["unkept"] == 0, "the files to be stored")


def project_file() -> bytes:
    """Give a project of a picture that is none of these."""
    one = Instance(1, outline_of_mask(red_disc()), 1)
    return write_project(
        Annotations("other.png", (240, 320), (Category(1, "disc", "#0072b2"),), (one,)), picture=encoded(two_discs()[1:])
    )


PROJECT = project_file()


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.long if seed else ()) for seed in range(SEEDS)])
def test_a_fault_costs_no_more_than_the_action_that_it_interrupts(
    page: Page, serve: Serve, site: Path, tmp_path: Path, seed: int
) -> None:
    fragile = copy_site(site, tmp_path / "site")
    with_frail_workers(fragile)
    url = serve(fragile).url
    page.load(url)
    page.js(KEEP)
    page.js("localStorage.setItem('tabsam.project', 'faults')")
    page.load(url)
    page.call("setHovering", False)
    open_all(page, tmp_path)
    session = Session(page, url, tmp_path, seed)
    session.note()
    try:
        for _ in range(FAULTS if seed else FEW_FAULTS):
            for _ in range(session.random.randrange(1, 5)):
                session.act()
            session.fault()
    finally:
        page.driver.get("about:blank")
        page.forget_console()
