"""Faults at random moments of a session on several pictures: after each the work is as it was at the last action that ended.

What happens is told by a seed, which is in the test's name. A fault is a tab that is reloaded or killed, also in the middle of an
action, a disk without room, another tab that takes the project over, or a journal whose end has been damaged.
"""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException

from tests.browser.conftest import Serve
from tests.browser.test_keeping import KEEP, wait_for_work, work
from tests.support.page import Page, PageError
from tests.support.pictures import encoded, two_discs

PICTURES = 4
FAULTS = 10
#: Of them CI goes through the first; `build.py test --all` makes 300 faults and more.
SEEDS = 31

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

    def __init__(self, page: Page, url: str, seed: int) -> None:
        self.page = page
        self.url = url
        self.random = random.Random(seed)
        self.states: list[Any] = []

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
            choices += [("removeObject", (one,)), ("duplicateObject", (one,))]
        if len(before["categories"]) < 5:
            choices.append(("addClass", (f"class {self.random.random():.6f}",)))
        method, given = self.random.choice(choices)
        if method == "next":
            self.page.press(self.random.choice("[]"))
        else:
            with suppress(PageError):  # such as a copy of what is there already, which is asked about
                self.page.call(method, *given)
        self.note()

    def place(self) -> tuple[float, float, int]:
        return self.random.uniform(0, 300), self.random.uniform(0, 230), self.random.choice([1, 1, 1, 0])

    def note(self) -> None:
        """Take down what there is."""
        self.page.wait_for("idle")
        self.states.append(work(self.page))

    def fault(self) -> None:
        """Have something go wrong, and see what there is after it."""
        kinds = [self.reload, self.reload_in_the_middle, self.kill, self.take_over, self.fill_the_disk, self.damage]
        self.random.choice(kinds)()

    def expect_the_last(self) -> None:
        wait_for_work(self.page)
        assert work(self.page) == self.states[-1]

    def reload(self) -> None:
        self.page.driver.refresh()
        self.expect_the_last()

    def reload_in_the_middle(self) -> None:
        """Reload when something has been asked and nothing answered: it is done, or it is not."""
        before = self.states[-1]
        count = len(before[2])
        self.page.js("void window.tabsam.addPoint(arguments[0], arguments[1]).catch(() => {})", *self.place()[:2])
        self.page.driver.refresh()
        wait_for_work(self.page)
        now = work(self.page)
        assert now[1] == before[1]
        assert len(now[2]) in (count, count + 1)
        self.states.append(now)

    def kill(self) -> None:
        """Work in a tab that is killed."""
        driver, first = self.page.driver, self.page.driver.current_window_handle
        driver.get("about:blank")
        driver.switch_to.new_window("tab")
        driver.get(self.url)
        wait_for_work(self.page)
        self.act()
        with suppress(WebDriverException):  # it answers no more
            self.page.cdp("Page.crash")
        driver.switch_to.window(first)
        driver.get(self.url)
        self.expect_the_last()

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
        usage = self.page.js("return navigator.storage.estimate().then(({ usage }) => usage)")
        self.page.cdp("Storage.overrideQuotaForOrigin", origin=origin, quotaSize=usage)
        self.act()
        self.act()
        self.page.cdp("Storage.overrideQuotaForOrigin", origin=origin)
        self.act()
        self.page.wait_until(
            lambda: self.page.state()["keeping"]["status"] == "kept" or not self.page.error_codes(), "all to be stored"
        )
        self.page.driver.refresh()

    def damage(self) -> None:
        """Damage the end of the journal: what it holds whole is there, and no more than that."""
        self.page.driver.get(f"{self.url}protocol.js")  # of the same origin, and nobody has the project there
        error = self.page.driver.execute_async_script(DAMAGE, self.random.randrange(1, 4000), self.random.random() < 0.5)
        assert error == ""
        self.page.driver.get(self.url)
        self.page.wait_for("idle", "ready")
        if self.page.phase == "ready":  # all of it was damaged: the list of pictures too
            open_all(self.page)
        self.page.wait_for("idle")
        now = work(self.page)
        assert not now[1] or any(now[:2] == one[:2] for one in self.states)
        self.states.append(now)


def open_all(page: Page) -> None:
    for number in range(PICTURES):
        page.open_picture(encoded(two_discs()[:, number:]), f"{number}.png")
    page.wait_for("idle")


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.long if seed else ()) for seed in range(SEEDS)])
def test_a_fault_costs_no_more_than_the_action_that_it_interrupts(page: Page, serve: Serve, seed: int) -> None:
    url = serve().url
    page.load(url)
    page.js(KEEP)
    page.js("localStorage.setItem('tabsam.project', 'faults')")
    page.load(url)
    page.call("setHovering", False)
    open_all(page)
    session = Session(page, url, seed)
    session.note()
    try:
        for _ in range(FAULTS):
            for _ in range(session.random.randrange(1, 5)):
                session.act()
            session.fault()
    finally:
        page.driver.get("about:blank")
        page.forget_console()
