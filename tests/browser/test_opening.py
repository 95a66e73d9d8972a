"""Every way for a picture to come in, every kind of picture, and what is said of those that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import SiteServer
from tests.browser.conftest import Native, Serve
from tests.support.page import Page, PageError, as_if_new
from tests.support.pictures import bomb_png, encoded, grey_16_bit_tiff, iou, red_disc, rotated_jpeg, saved, two_discs

SAME = 0.99
RED = (80, 120)  # the middle of the red disc


@pytest.fixture
def running(page: Page, server: SiteServer) -> Page:
    """Give the page, ready for a picture."""
    page.visit(server.url)
    return page


def image_of(page: Page) -> tuple[str, int, int]:
    """Return the open picture's name, width and height."""
    image = page.state()["image"]
    return image["name"], image["width"], image["height"]


def test_a_dropped_file_is_opened(running: Page) -> None:
    running.drop(encoded(two_discs()), "dropped.png", "image/png")
    running.wait_for("idle")
    assert image_of(running) == ("dropped.png", 320, 240)
    assert "dropped.png" in running.driver.title


def test_a_chosen_file_is_opened(running: Page, tmp_path: Path) -> None:
    path = tmp_path / "chosen.png"
    path.write_bytes(encoded(two_discs()))
    running.choose_file(path)
    running.wait_until(lambda: "chosen.png" in running.driver.title and running.phase == "idle", "the picture")
    assert image_of(running) == ("chosen.png", 320, 240)


def test_a_pasted_file_is_opened(running: Page) -> None:
    running.paste(encoded(two_discs()), "pasted.png", "image/png")
    running.wait_for("idle")
    assert image_of(running) == ("pasted.png", 320, 240)


@pytest.mark.parametrize(("sample", "size"), [("chelsea", (451, 300)), ("coffee", (600, 400)), ("astronaut", (512, 512))])
def test_a_sample_is_opened_from_the_menu(running: Page, sample: str, size: tuple[int, int]) -> None:
    choose_sample(running, sample)
    running.wait_until(lambda: sample in running.driver.title and running.phase == "idle", "the sample")
    assert image_of(running) == (f"{sample}.png", *size)


def test_a_picture_may_be_dropped_while_python_starts_and_clicked_before_it_is_encoded(
    page: Page, server: SiteServer, native_model: Native
) -> None:
    data = encoded(two_discs())
    page.load(server.url, until=("starting", "ready"))  # where the test is slower than the page there is less to see
    page.wait_until(lambda: page.js("return 'tabsam' in window"), "the page's script")
    page.drop(data, "early.png", "image/png")
    page.wait_until(lambda: page.js("return document.querySelector('#layer img') !== null"), "the picture")
    page.wait_for_frame()
    at = page.to_client(*RED)
    page.mouse("mousePressed", at)
    page.mouse("mouseReleased", at)
    page.wait_until(lambda: page.phase == "idle" and page.state()["candidates"], "the mask")
    assert iou(page.mask(), native_model.candidates(data, page.state())[0].mask()) > SAME


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "BMP"])
def test_other_formats_are_opened(running: Page, kind: str) -> None:
    running.open_picture(encoded(two_discs(), kind), f"discs.{kind.lower()}")
    assert image_of(running) == (f"discs.{kind.lower()}", 320, 240)


def test_a_cmyk_jpeg_and_a_picture_with_alpha_are_opened(running: Page) -> None:
    discs = Image.fromarray(two_discs())
    running.open_picture(saved(discs.convert("CMYK"), "JPEG"), "cmyk.jpg")
    running.open_picture(saved(discs.convert("LA"), "PNG"), "alpha.png")
    assert image_of(running) == ("alpha.png", 320, 240)


def test_a_picture_stored_on_its_side_is_upright_everywhere(running: Page, native_model: Native) -> None:
    data = rotated_jpeg(two_discs())
    running.open_picture(data, "phone.jpg", "image/jpeg")
    assert image_of(running) == ("phone.jpg", 320, 240)
    _, _, width, height = running.rect("#layer img")
    assert width / height == pytest.approx(320 / 240, abs=0.01)
    running.click(*RED)
    mask = running.mask()
    assert iou(mask, native_model.candidates(data, running.state())[0].mask()) > SAME
    cutout = Image.open(io.BytesIO(running.export("cutout-png")))
    assert cutout.size == (320, 240)
    assert np.asarray(cutout)[120, 80, :3] == pytest.approx((220, 30, 40), abs=12)


def test_a_16_bit_tiff_that_the_browser_cannot_show_is_shown_and_segmented(running: Page, native_model: Native) -> None:
    data = grey_16_bit_tiff(two_discs())
    running.open_picture(data, "microscope.tif", "image/tiff")
    assert image_of(running) == ("microscope.tif", 320, 240)
    running.wait_until(lambda: running.js("return document.querySelector('#layer img')?.naturalWidth > 0"), "the preview")
    running.click(*RED)
    assert iou(running.mask(), native_model.candidates(data, running.state())[0].mask()) > SAME


def test_a_picture_of_one_pixel_is_opened(running: Page) -> None:
    running.open_picture(encoded(np.full((1, 1, 3), 128, np.uint8)), "pixel.png")
    running.call("addPoint", 0.5, 0.5, 1)
    assert running.mask().shape == (1, 1)


def bad_files() -> Mapping[str, tuple[bytes, str, str]]:
    """Give files, the code that each must be answered with, and a part of the sentence."""
    jpeg = encoded(np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8), "JPEG")
    return {
        "empty": (b"", "image-empty", "empty"),
        "text": (b"This is a letter, not a picture.\n" * 20, "image-unknown", "not a picture"),
        "truncated JPEG": (jpeg[: len(jpeg) // 2], "image-corrupt", "damaged"),
        "cut off in the header": (encoded(two_discs())[:20], "image-corrupt", "damaged"),
        "144 megapixels": (bomb_png(), "image-too-large", "144 megapixels"),
    }


@pytest.mark.parametrize("kind", bad_files())
def test_a_bad_file_is_refused_in_words_and_costs_nothing(cat: Page, kind: str) -> None:
    data, code, words = bad_files()[kind]
    cat.click(230, 150)
    before, mask = cat.state(), cat.mask()
    cat.drop(data, "bad.jpg", "image/jpeg")
    cat.wait_until(lambda: cat.error_codes() == [code], f"the message {code}")
    (message,) = cat.messages()
    assert words in message
    assert cat.find("[data-role='message-action']").is_displayed()
    cat.wait_for("idle")
    after = cat.state()
    for part in ("image", "points", "candidates", "chosen", "canUndo"):
        assert after[part] == before[part]
    np.testing.assert_array_equal(cat.mask(), mask)
    cat.click(20, 20, button="right")
    assert len(cat.state()["points"]) == 2
    cat.find(".message button[aria-label^='Dismiss']").click()
    cat.wait_until(lambda: cat.messages() == [], "the message to go")


def test_a_bad_file_on_the_empty_page_leaves_it_ready(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    page.drop(b"nonsense", "bad.png", "image/png")
    page.wait_until(lambda: page.error_codes(), "a message")
    page.wait_for("ready")
    page.open_picture(encoded(two_discs()), "good.png")
    assert page.messages() == []


OPEN_AND_CANCEL = """
(async (done) => {
  const response = await fetch('samples/astronaut.png');
  const opening = window.tabsam.open(await response.blob(), 'astronaut.png');
  document.getElementById('cancel').click();
  done(await opening.then(() => 'opened', (error) => error.code));
})(arguments[0]);
"""


def test_opening_can_be_cancelled_and_the_picture_before_stays(cat: Page) -> None:
    cat.click(230, 150)
    before, mask = cat.state(), cat.mask()
    outcome = cat.driver.execute_async_script(OPEN_AND_CANCEL)
    assert outcome == "cancelled"
    cat.wait_for("idle")
    assert cat.messages() == []
    assert cat.state() == before
    np.testing.assert_array_equal(cat.mask(), mask)


def test_the_newer_of_two_pictures_wins(running: Page, samples: Mapping[str, bytes]) -> None:
    running.drop(samples["astronaut.png"], "astronaut.png")
    running.drop(samples["coffee.png"], "coffee.png")
    running.wait_for("idle")
    assert image_of(running) == ("coffee.png", 600, 400)
    assert running.messages() == []


#: Holds back the file of a sample until `window.goOn` is called.
LATE_SAMPLE = """
const fetchNow = window.fetch;
window.fetch = async (url, options) => {
  if (!String(url).endsWith('coffee.png')) return fetchNow(url, options);
  await new Promise((resolve) => (window.goOn = resolve));
  window.fetch = fetchNow;
  return fetchNow(url, options).finally(() => setTimeout(() => (window.hasCome = true)));
};
"""


def choose_sample(page: Page, sample: str) -> None:
    choice = f"#samples-menu [data-sample='{sample}']"
    page.find("#samples").click()
    page.wait_until(lambda: [one.is_displayed() for one in page.find_all(choice)] == [True], "the menu")
    page.find(choice).click()


def test_a_sample_that_comes_late_does_not_take_the_place_of_a_newer_picture(running: Page) -> None:
    running.js(LATE_SAMPLE)
    choose_sample(running, "coffee")
    running.wait_until(lambda: running.js("return 'goOn' in window"), "the request")
    assert running.phase == "encoding"
    running.open_picture(encoded(two_discs()), "newer.png")
    running.js("window.goOn()")
    running.wait_until(lambda: running.js("return window.hasCome"), "the sample")
    running.wait_for_frame()
    running.wait_for("idle")
    assert image_of(running) == ("newer.png", 320, 240)
    assert running.messages() == []


def test_a_sample_that_does_not_come_is_said_and_the_picture_before_stays(page: Page, serve: Serve) -> None:
    server = serve()
    page.load(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    server.refused.add("/samples/coffee.png")
    page.expected_errors.append("503")
    page.cdp("Network.setCacheDisabled", cacheDisabled=True)
    try:
        choose_sample(page, "coffee")
        page.wait_until(lambda: page.error_codes() == ["sample-missing"], "a message")
    finally:
        page.cdp("Network.setCacheDisabled", cacheDisabled=False)
    assert image_of(page)[0] == "discs.png"
    server.refused.clear()
    page.find("[data-role='message-action']").click()
    page.wait_until(lambda: "coffee.png" in page.driver.title and page.phase == "idle", "the sample")
    assert image_of(page) == ("coffee.png", 600, 400)


STEP_AND_CANCEL = """
document.querySelector('[data-command="next-picture"]').click();
document.getElementById('cancel').click();
"""


def test_a_step_to_the_next_picture_that_is_given_up_goes_back_to_the_place_before(
    running: Page, server: SiteServer, tmp_path: Path
) -> None:
    running.load(server.url)
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(as_if_new(encoded(two_discs())))
    running.find("#file").send_keys("\n".join(str(tmp_path / name) for name in ("one.png", "two.png")))
    running.wait_until(lambda: "one.png" in running.driver.title and running.phase == "idle", "the first")
    assert running.find("#queue-place").text == "1 of 2"
    running.js(STEP_AND_CANCEL)
    running.wait_for("idle")
    running.wait_until(lambda: running.find("#queue-place").text == "1 of 2", "the place of the first")
    assert image_of(running)[0] == "one.png"
    running.find("[data-command='next-picture']").click()
    running.wait_until(lambda: "two.png" in running.driver.title and running.phase == "idle", "the second")
    assert running.find("#queue-place").text == "2 of 2"


def test_calls_that_make_no_sense_are_rejected_with_a_code(cat: Page) -> None:
    with pytest.raises(PageError) as outside:
        cat.call("addPoint", 10_000, 5, 1)
    assert outside.value.code == "prompt-outside"
    assert outside.value.message
    with pytest.raises(PageError) as early:
        cat.call("exportAs", "svg")
    assert early.value.code
    assert cat.state()["points"] == []


def test_red_and_blue_are_told_apart(running: Page) -> None:
    running.open_picture(encoded(two_discs()), "discs.png")
    running.click(*RED)
    assert iou(running.mask(), red_disc()) > 0.9
