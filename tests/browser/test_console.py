"""The Python console: typed, run, stopped and undone by keys."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from selenium.webdriver import Keys

from tests.browser.test_reachable import violations
from tests.support.page import Page

#: Whether one types into the editor.
EDITOR = "return document.activeElement.id === 'console-editor' && document.activeElement.shadowRoot.activeElement !== null"
#: What the last script has said.
SAID = """
const parts = document.querySelectorAll('#console-output > :last-child > :not(.console-code)');
return [...parts].map((one) => one.textContent).join('');
"""
LOADED = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('codemirror')).length"
SQUARE = "mask = np.zeros(document.size, bool); mask[100:200, 150:300] = True; document.add(mask, 'square')"


def open_console(page: Page) -> None:
    """Open the console by its key; what another test has typed goes."""
    page.press("w")
    page.wait_until(lambda: page.js(EDITOR), "the editor")
    page.press("a", modifier=Keys.CONTROL)
    page.press(Keys.DELETE)


def run(page: Page, code: str) -> None:
    """Type code into the editor, in the place of what is there, and run it by its key."""
    page.press("a", modifier=Keys.CONTROL)
    page.press(Keys.DELETE)
    page.press(code)
    page.press(Keys.ENTER, modifier=Keys.CONTROL)


def said(page: Page) -> str:
    text: str = page.js(SAID)
    return text


def outcome(page: Page, code: str) -> str:
    """Run code to its end; give what it said."""
    run(page, code)
    page.wait_until(lambda: code in str(page.find("#console-output").get_attribute("textContent")), "the script")
    page.wait_until(lambda: page.find("#console-run").text == "Run", "its end")
    return said(page)


def test_a_script_is_typed_run_undone_and_interrupted(cat: Page) -> None:
    assert cat.js(LOADED) == 0
    open_console(cat)
    assert outcome(cat, SQUARE).startswith("<object")
    (made,) = cat.state()["objects"]
    cat.press(Keys.ESCAPE + Keys.ESCAPE)  # out of the editor, out of the console
    cat.wait_until(lambda: not cat.find("#console").is_displayed(), "the page")
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.state()["objects"] == [], "the undo")
    cat.press("y", modifier=Keys.CONTROL)
    cat.wait_until(lambda: [one["id"] for one in cat.state()["objects"]] == [made["id"]], "the redo")

    open_console(cat)
    run(cat, "print('begun')\nwhile True: pass")
    cat.wait_until(lambda: said(cat) == "begun\n", "what it prints")
    cat.wait_until(lambda: cat.find("#status").text == "Python is busy with your script.", "the status")
    cat.press("c", modifier=Keys.CONTROL)
    cat.wait_until(lambda: said(cat) == "begun\nStopped.", "the interruption")
    assert outcome(cat, "import asyncio; await asyncio.sleep(0); 6 * 7") == "42"
    run(cat, "await asyncio.sleep(600)")
    cat.wait_until(lambda: cat.find("#console-run").text == "Stop", "the script")
    cat.find("#console-run").click()
    cat.wait_until(lambda: said(cat) == "Stopped.", "the end")
    cat.find("#console-editor").click()

    cat.press("a", modifier=Keys.CONTROL)
    cat.press(Keys.DELETE)
    cat.press(Keys.ARROW_UP * 2)
    cat.press(Keys.ENTER, modifier=Keys.CONTROL)
    cat.wait_until(lambda: said(cat) == "42", "what was run before")
    assert "shape (3, 3)" in outcome(cat, "document.add(np.zeros((3, 3)))")
    assert outcome(cat, "show(document.image)") == "(300, 451, 3) uint8"
    shown = "return document.querySelector('#console-output > :last-child img').naturalWidth"
    cat.wait_until(lambda: cat.js(shown) == 451, "the picture")
    assert violations(cat) == []
    cat.press(Keys.ESCAPE)
    cat.find("#console-examples").click()
    cat.find("#console-examples-menu button:nth-of-type(3)").click()
    cat.wait_until(lambda: cat.js(EDITOR), "the example")
    cat.press(Keys.ENTER, modifier=Keys.CONTROL)
    cat.wait_until(lambda: "Save measures.csv" in said(cat), "the file")
    cat.press(Keys.ESCAPE + Keys.ESCAPE)


def wheel() -> bytes:
    """Make a package of one module."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("fortytwo.py", "answer = 42\n")
        about = "fortytwo-1.0.dist-info"
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: fortytwo\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return file.getvalue()


@contextmanager
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Serve the package on another port, which is another origin; give its address, and what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            data = wheel()
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/fortytwo-1.0-py3-none-any.whl", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_package_from_elsewhere_comes_when_the_person_agrees(cat: Page) -> None:
    open_console(cat)
    with elsewhere() as (address, asked):
        assert "a script reaches this site only" in outcome(cat, f"from pyodide.http import pyfetch; await pyfetch('{address}')")
        for button in ("#install-no", "#install-yes"):
            run(cat, f"import micropip; await micropip.install('{address}')")
            cat.wait_until(lambda: cat.find("#install-dialog").is_displayed(), "the question")
            assert address.split("/")[2] in cat.find("#install-dialog").text
            assert asked == []
            cat.find(button).click()
            cat.wait_until(lambda: cat.find("#console-run").text == "Run", "the end")
            if button == "#install-no":
                assert "was not installed: you did not agree" in said(cat)
        assert f"Asked {address}" in said(cat)
        assert len(asked) == 1
        cat.find("#console-editor").click()
        assert outcome(cat, "import fortytwo; fortytwo.answer") == "42"
    cat.press(Keys.ESCAPE + Keys.ESCAPE)
