"""A picture that comes with its embedding is not encoded; what it is of, and by which model, is looked at first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tabsam.formats.embedding import read_embedding, write_embedding
from tabsam.model.embedding import Identity, StoredEmbedding
from tests.support.asking import Page, code_of, on_a_page, png
from tests.support.pictures import iou, red_disc, two_discs

MIRRORED = np.ascontiguousarray(two_discs()[:, ::-1])


async def saved(page: Page, **params: Any) -> StoredEmbedding:
    return read_embedding((await page.ask("saveEmbedding", precision="float32", **params))["bytes"])


async def mask_of_a_click(page: Page) -> float:
    await page.ask("addPoint", x=80, y=120, label=1)
    mask = await page.ask("mask")
    return iou(mask["data"].reshape(mask["height"], mask["width"]) > 0, red_disc())


@on_a_page
async def test_a_picture_with_its_embedding_is_not_encoded(page: Page) -> None:
    await page.open()
    embedding = await saved(page)
    encoder, _ = page.new_engine()
    await page.open(embedding=write_embedding(embedding))
    assert encoder.runs == 0
    assert await mask_of_a_click(page) > 0.9
    # Another engine for the same model needs it once more, and has it.
    again, _ = page.new_engine()
    await page.ask("refresh")
    assert again.runs == 0
    assert await mask_of_a_click(page) > 0.9


@on_a_page
async def test_another_model_encodes_the_picture_itself(page: Page) -> None:
    await page.open()
    embedding = write_embedding(replace(await saved(page), decoder="a" * 64))
    page.segmenter.identity = Identity("tiny", lambda: ("a" * 64,))
    await page.open(embedding=embedding)
    encoder, _ = page.new_engine()
    page.segmenter.identity = Identity("other", lambda: ("b" * 64,))
    await page.ask("refresh")
    assert encoder.runs == 1


@on_a_page
async def test_what_does_not_belong_leaves_the_picture_before(page: Page) -> None:
    await page.open()
    embedding = await saved(page)
    page.segmenter.identity = Identity("tiny", lambda: ("b" * 64,))
    for file, code in (
        (write_embedding(embedding), "embedding-other-picture"),
        (write_embedding(replace(embedding, picture="", decoder="a" * 64)), "embedding-other-model"),
        (b"nothing", "embedding-unknown"),
    ):
        assert await code_of(page.open("mirrored.png", MIRRORED, embedding=file)) == code
        assert (await page.ask("state"))["image"]["name"] == "discs.png"
    assert await code_of(page.ask("findOn", name="a.png", bytes=png(MIRRORED), embedding=write_embedding(embedding))) == (
        "embedding-other-picture"
    )


@on_a_page
async def test_a_picture_is_made_ready_from_its_embedding(page: Page) -> None:
    await page.open()
    embedding = write_embedding(replace(await saved(page), picture=""))
    runs = page.encoder.runs
    assert (await page.ask("prepare", bytes=png(MIRRORED), embedding=embedding))["pictures"] == 2
    assert page.encoder.runs == runs


@on_a_page
async def test_an_embedding_says_what_its_decoder_alone_needs(page: Page) -> None:
    await page.open()
    page.segmenter.identity = Identity("tiny", lambda: ("b" * 64,))
    file = (await page.ask("saveEmbedding", precision="float16"))["bytes"]
    told = await page.ask("describeEmbedding", bytes=file)
    assert (told["model"], told["decoder"]) == ("tiny", "b" * 64)
    assert '"session": null' in told["encoder"]
    nobody = write_embedding(StoredEmbedding({"a": np.ones((1, 2), np.float32)}))
    assert await page.ask("describeEmbedding", bytes=nobody) == {"decoder": "", "model": "", "encoder": ""}
