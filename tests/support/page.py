"""The page as a person uses it, and as a script does through ``window.tabsam``."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from selenium.common.exceptions import JavascriptException, NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tabsam.arrays import BoolArray
from tests.support.chrome import PATIENCE

State = Literal["starting", "ready", "encoding", "decoding", "idle", "error"]
Button = Literal["left", "middle", "right"]
Spot = tuple[float, float]

#: As the DevTools protocol counts them.
BUTTONS: Mapping[Button, int] = {"left": 1, "right": 2, "middle": 4}
ALT = 1

_NUMBERS = itertools.count()

#: Arrays come back as base64, which is much faster than WebDriver's lists of numbers.
CALL = """
const [method, args, done] = [arguments[0], arguments[1], arguments[arguments.length - 1]];
const packed = (value) => {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return { $array: btoa(text), type: value.constructor.name };
  }
  if (Array.isArray(value)) return value.map(packed);
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, packed(part)]));
};
if (!window.tabsam) done({ starting: true });
else (async () => {
  let result = await method.split('.').reduce((owner, name) => owner[name], window.tabsam)(...args);
  if (result instanceof Blob) result = { type: result.type, bytes: new Uint8Array(await result.arrayBuffer()) };
  return packed(result);
})().then(
  (result) => done({ result }),
  ({ code, message, hint }) => done({ error: { code: String(code), message: String(message), hint: String(hint) } }),
);
"""

#: Drops or pastes a file as the browser does when a person does it: every event, with a real File.
TRANSFER = """
const [kind, encoded, name, type, done] = arguments;
const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
const data = new DataTransfer();
data.items.add(new File([bytes], name, { type }));
const options = { bubbles: true, cancelable: true, composed: true };
if (kind === 'paste') {
  target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
} else {
  for (const step of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
  }
}
done();
"""

#: Puts away what a test before has left: whatever is open, is said, or is in the hand.
TIDY = """
for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
for (const popover of document.querySelectorAll('[popover]:popover-open')) popover.hidePopover();
for (const button of document.querySelectorAll('.message [aria-label^="Dismiss"]')) button.click();
document.querySelector('#panel-search:not([hidden]) #search-close')?.click();
document.querySelector('#panel[data-open] #panel-handle')?.click();
document.querySelector('#smart[aria-pressed="false"]:enabled')?.click();
window.tabsam.setHovering(true);
"""

DTYPES: Mapping[str, Any] = {
    "Float32Array": np.float32,
    "Float64Array": np.float64,
    "Uint8Array": np.uint8,
    "Uint8ClampedArray": np.uint8,
    "Uint32Array": np.uint32,
}


class PageError(Exception):
    """What a call to ``window.tabsam`` was rejected with."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(f"{code}: {message} {hint}")
        self.code = code
        self.message = message
        self.hint = hint


class PageStartingError(Exception):
    """The page was asked before it has begun, or while it was made anew."""


_NOT_YET = (StaleElementReferenceException, NoSuchElementException, PageStartingError)
"""What reading a page leads to that is just being made anew."""


class Page:
    """One tab with the site in it.

    Parameters
    ----------
    driver : Chrome
    downloads : Path
        The folder that the browser saves to.
    """

    def __init__(self, driver: Chrome, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads
        driver.set_script_timeout(PATIENCE)
        #: Parts of console errors that a test expects; any other fails it.
        self.expected_errors: list[str] = []
        self.console: list[str] = []

    # ---- Time --------------------------------------------------------------------------------------------------

    def load(self, url: str, *, until: Iterable[State] = ("ready",), patience: float = PATIENCE) -> None:
        """Load an address and wait for one of some states."""
        self.driver.get(url)
        self.wait_for(*until, patience=patience)

    def visit(self, url: str) -> None:
        """Be on the site, running and tidy: with the picture that is there, if it is there already; classes are all pictures'."""
        if self.driver.current_url != url or self.phase not in ("ready", "idle") or self.state()["categories"]:
            self.load(url)
        else:
            self.js(TIDY)

    def wait_for(self, *states: State, patience: float = PATIENCE) -> State:
        """Wait until ``<body data-state>`` is one of some states; fail with what the page says if it does not come."""
        self.wait_until(lambda: self.phase in states, f"one of the states {', '.join(states)}", patience=patience)
        return self.phase

    def wait_until(self, is_true: Callable[[], object], what: str, *, patience: float = PATIENCE) -> None:
        """Wait for something that a person could see.

        What is gone when it is read, or not there at all (the page is being made anew, or a list), counts as not yet.
        """

        def is_seen() -> object:
            try:
                return is_true()
            except _NOT_YET:
                return False

        end = time.monotonic() + patience
        while not is_seen():
            if time.monotonic() > end:
                raise TimeoutError(f"{patience:.0f} s were not enough for {what}.\n{self.describe()}")
            time.sleep(0.02)

    def wait_for_focus(self, selector: str) -> None:
        """Wait until what a selector names has the keys: the page gives them on when Python has answered."""
        self.wait_until(
            lambda: self.js("return document.activeElement.matches(arguments[0])", selector), f"the focus on {selector}"
        )

    @property
    def phase(self) -> State:
        """What ``<body data-state>`` says."""
        state: State = self.driver.execute_script("return document.body?.dataset.state ?? 'starting'")
        return state

    def describe(self) -> str:
        """Tell what the page shows and what its console says; for the report of a test that failed."""
        text = self.driver.find_element(By.TAG_NAME, "body").text
        return f"State: {self.phase}\nText: {text}\nConsole:\n" + "\n".join(self.read_console())

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.driver.get_screenshot_as_png())

    def forget_console(self) -> None:
        """Begin anew: what was said until now belongs to an earlier test."""
        self.read_console().clear()

    def read_console(self) -> list[str]:
        """Give everything the console has said since the test began."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        self.console += [f"{entry['level']} {entry['message']}" for entry in entries]
        return self.console

    def unexpected_errors(self) -> list[str]:
        """Give the console's errors that no test said it expects."""
        errors = [line for line in self.read_console() if line.startswith("SEVERE")]
        return [line for line in errors if not any(part in line for part in self.expected_errors)]

    # ---- The API ------------------------------------------------------------------------------------------------

    def call(self, method: str, *arguments: Any) -> Any:
        """Call ``window.tabsam`` and wait for its answer; ``objects.remove`` is a method of a part of it.

        Returns
        -------
        Any
            Plain data; a typed array as an array, a Blob as ``{"type": str, "bytes": array}``.

        Raises
        ------
        PageError
            When the promise is rejected.
        PageStartingError
        """
        try:
            answer = self.driver.execute_async_script(CALL, method, list(arguments))
        except JavascriptException as error:
            if "document unloaded" in str(error):
                raise PageStartingError from error
            raise
        if "starting" in answer:
            raise PageStartingError
        if "error" in answer:
            raise PageError(**answer["error"])
        return unpacked(answer.get("result"))

    def state(self) -> dict[str, Any]:
        """Return ``tabsam.state()``."""
        state: dict[str, Any] = self.call("state")
        return state

    def mask(self, candidate: int | None = None) -> BoolArray:
        """Return the full-size mask of a candidate, or of the chosen one."""
        answer = self.call("mask", *([] if candidate is None else [candidate]))
        mask: BoolArray = answer["data"].reshape(answer["height"], answer["width"]) > 0
        return mask

    def export(self, kind: str) -> bytes:
        """Return the file that ``tabsam.exportAs`` makes."""
        data: bytes = self.call("exportAs", kind)["bytes"].tobytes()
        return data

    # ---- Pictures -----------------------------------------------------------------------------------------------

    def open_picture(self, data: bytes, name: str, kind: str = "") -> None:
        """Drop a picture and wait until it is encoded; a PNG is one that was never open: the page has the work on those again."""
        self.drop(as_if_new(data), name, kind)
        self.wait_for("idle")
        assert self.state()["image"]["name"] == name, self.messages()

    def drop(self, data: bytes, name: str, kind: str = "") -> None:
        """Drop a file on the page."""
        self.transfer("drop", data, name, kind)

    def drop_paths(self, *paths: Path) -> None:
        """Drop files and folders as the operating system does."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.cdp("Input.dispatchDragEvent", type=kind, data=data, x=200, y=300)

    def paste(self, data: bytes, name: str, kind: str = "") -> None:
        """Paste a file from the clipboard."""
        self.transfer("paste", data, name, kind)

    def transfer(self, how: Literal["drop", "paste"], data: bytes, name: str, kind: str) -> None:
        """Hand a file over to the middle of the page."""
        self.driver.execute_async_script(TRANSFER, how, base64.b64encode(data).decode(), name, kind)

    def choose_file(self, path: Path) -> None:
        """Choose a file as in the browser's own dialog."""
        self.driver.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(path))

    def picture_size(self) -> tuple[int, int] | None:
        """Return (width, height) of the open picture."""
        image = self.state()["image"]
        return (image["width"], image["height"]) if image else None

    # ---- Hands --------------------------------------------------------------------------------------------------

    @property
    def stage(self) -> WebElement:
        """The element that holds the picture."""
        return self.driver.find_element(By.ID, "stage")

    def to_client(self, x: float, y: float) -> Spot:
        """Return where an image pixel is in the window, in CSS pixels."""
        spot = self.driver.execute_script("return window.tabsam.toClient(arguments[0], arguments[1])", x, y)
        return spot["x"], spot["y"]

    def click(self, x: float, y: float, *, button: Button = "left", modifiers: int = 0) -> None:
        """Click an image pixel and wait until the model has answered."""
        self.wait_for_frame()
        before = self.state()["revision"]
        at = self.to_client(x, y)
        self.mouse("mousePressed", at, button=button, modifiers=modifiers)
        self.mouse("mouseReleased", at, button=button, modifiers=modifiers)
        self.wait_for_answer(before)

    def wait_for_answer(self, revision: int) -> None:
        """Wait until the prompts are newer than a revision, and the model has answered."""
        self.wait_until(lambda: self.state()["revision"] > revision and self.phase == "idle", "an answer")

    def wait_for_frame(self) -> None:
        """Wait until what has changed is on the screen: before that, things may still move under the pointer."""
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def drag(self, *way: Spot, button: Button = "left", modifiers: int = 0) -> None:
        """Press at the first image pixel, move over the others, and let go at the last."""
        self.wait_for_frame()
        first, *others = [self.to_client(*spot) for spot in way]
        self.mouse("mousePressed", first, button=button, modifiers=modifiers)
        for at in others:
            self.mouse("mouseMoved", at, button=button, modifiers=modifiers)
        self.mouse("mouseReleased", others[-1], button=button, modifiers=modifiers)

    def wheel(self, at: Spot, delta: float) -> None:
        """Turn the wheel over a place in the window (CSS pixels)."""
        self.input("MouseEvent", {"type": "mouseWheel", "x": at[0], "y": at[1], "deltaX": 0, "deltaY": delta})

    def mouse(self, kind: str, at: Spot, *, button: Button = "left", modifiers: int = 0) -> None:
        """Send one event of a mouse at a place in the window (CSS pixels), as if there were one."""
        event = {"type": kind, "x": at[0], "y": at[1], "button": button, "buttons": BUTTONS[button], "clickCount": 1}
        self.input("MouseEvent", {**event, "modifiers": modifiers})

    def touch(self, kind: str, *fingers: Spot) -> None:
        """Send one event of a touch screen: touchStart, touchMove or touchEnd."""
        self.input("TouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in fingers]})

    def key(self, kind: Literal["keyDown", "keyUp"], key: str, code: str) -> None:
        """Press a key and hold it, or let it go."""
        self.input("KeyEvent", {"type": kind, "key": key, "code": code, **({"text": key} if kind == "keyDown" else {})})

    def input(self, kind: str, event: dict[str, Any]) -> None:
        """Give the browser an input event as if it came from the operating system."""
        self.cdp(f"Input.dispatch{kind}", **event)

    def press(self, *keys: str, modifier: str = "") -> None:
        """Press keys, where the focus is."""
        chain = ActionChains(self.driver, duration=0)
        if modifier:
            chain.key_down(modifier)
        for key in keys:
            chain.send_keys(key)
        if modifier:
            chain.key_up(modifier)
        chain.perform()

    def saved_file(self, *suffixes: str) -> Path:
        """Wait for the one file with such a suffix that this test has the browser save, until all of it is there."""

        def complete() -> list[Path]:
            files = [*self.downloads.iterdir()]
            if any(path.suffix == ".crdownload" for path in files):
                return []
            return [path for path in files if path.suffix in suffixes and path.stat().st_size]

        self.wait_until(complete, "a download")
        (path,) = complete()
        return path

    # ---- What is said -------------------------------------------------------------------------------------------

    def messages(self) -> list[str]:
        """Return the texts of the messages that are shown."""
        return self._read(".message:not([hidden]) .message-text", "row.innerText.replace(/\\s+/g, ' ').trim()")

    def error_codes(self) -> list[str]:
        """Return the codes of the errors that are shown."""
        return self._read(".message[data-tone=error]", "row.dataset.code")

    def _read(self, selector: str, what: str) -> list[str]:
        """Return something of all elements at once: none of them may go meanwhile."""
        texts: list[str] = self.js(f"return [...document.querySelectorAll(arguments[0])].map((row) => {what})", selector)
        return texts

    def find(self, selector: str) -> WebElement:
        """Return the one element that fits a CSS selector; raises NoSuchElementException where there is none."""
        found = self.find_all(selector)
        if not found:
            raise NoSuchElementException(f"Nothing on the page fits {selector}.")
        (element,) = found
        return element

    def find_all(self, selector: str) -> list[WebElement]:
        """Return the elements that fit a CSS selector, if there are any."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def rect(self, selector: str) -> tuple[float, float, float, float]:
        """Return where the one element of a selector is in the window: left, top, width and height in CSS pixels."""
        box = self.js("return arguments[0].getBoundingClientRect().toJSON()", self.find(selector))
        return box["left"], box["top"], box["width"], box["height"]

    def reach(self, selector: str) -> tuple[float, float, float, float]:
        """Scroll to the one element of a selector, as who wants to point at it does; return where it is, like :meth:`rect`."""
        self.js("arguments[0].scrollIntoView({ block: 'nearest', behavior: 'instant' })", self.find(selector))
        return self.rect(selector)

    def command(self, name: str) -> None:
        """Click the first button of a command that is shown."""
        next(button for button in self.find_all(f"button[data-command='{name}']") if button.is_displayed()).click()

    def cdp(self, method: str, **parameters: Any) -> Any:
        """Call the DevTools protocol."""
        return self.driver.execute_cdp_cmd(method, parameters)

    def js(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page and return what it returns."""
        return self.driver.execute_script(script, *arguments)


def as_if_new(data: bytes) -> bytes:
    """Make another file with the same picture, if it is a PNG: what follows its end does not count."""
    return data + f"{next(_NUMBERS)}".encode() if data.startswith(b"\x89PNG") else data


def unpacked(value: Any) -> Any:
    """Turn what `CALL` packed into arrays again."""
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "$array" in value:
        return np.frombuffer(base64.b64decode(value["$array"]), DTYPES[value["type"]])
    return {key: unpacked(part) for key, part in value.items()}
