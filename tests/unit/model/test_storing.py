"""A stored embedding answers as the picture did; that of another model, or of another picture, is refused with a reason."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from build import ROOT
from tabsam import Segmenter, TabsamError
from tabsam.formats.embedding import read_embedding, write_embedding
from tabsam.model import native
from tabsam.model.candidate import Candidate
from tabsam.model.decoder_alone import load_decoder
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.preprocess import Frame
from tabsam.model.storing import held, stored
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import two_discs
from tests.support.tiny_model import tiny_model
from tests.unit.model.test_by_shape import SAM2, renamed

PICTURE = "1" * 64
SIZE = two_discs().shape[0], two_discs().shape[1]


def segmenter() -> Segmenter:
    return native.load_pair(tiny_model().encoder, tiny_model().decoder)


async def encoded(one: Segmenter) -> StoredEmbedding:
    await one.set_image(two_discs())
    return await stored(one, picture=PICTURE)


async def clicked(one: Segmenter) -> list[Candidate]:
    return await one.predict([[80, 120]], all_candidates=True)


def test_a_stored_embedding_answers_as_the_picture_does() -> None:
    async def ask() -> None:
        first, other = segmenter(), segmenter()
        embedding = await encoded(first)
        expected = await clicked(first)
        other.use(await held(other, embedding, SIZE, picture=PICTURE))
        for one, wanted in zip(await clicked(other), expected, strict=True):
            assert np.array_equal(one.logits, wanted.logits)
        half = read_embedding(write_embedding(embedding))
        other.use(await held(other, half, SIZE, picture=PICTURE))
        for one, wanted in zip(await clicked(other), expected, strict=True):
            assert np.abs(one.logits - wanted.logits).max() < 0.02 * np.abs(wanted.logits).max()

    asyncio.run(ask())


def test_a_decoder_alone_answers_about_an_embedding() -> None:
    async def ask() -> None:
        whole = segmenter()
        embedding = read_embedding(write_embedding(await encoded(whole), precision="float32"))
        alone = load_decoder(tiny_model().decoder, embedding)
        alone.use(await held(alone, embedding, SIZE, picture=PICTURE))
        for one, wanted in zip(await clicked(alone), await clicked(whole), strict=True):
            assert np.array_equal(one.logits, wanted.logits)
        assert await code_of(alone.encode(two_discs())) == "encoder-absent"
        with pytest.raises(TabsamError) as caught:
            load_decoder(tiny_model().decoder, StoredEmbedding(embedding.tensors))
        assert caught.value.code == "encoder-unknown"

    asyncio.run(ask())


async def code_of(call: Any) -> str:
    with pytest.raises(TabsamError) as caught:
        await call
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def test_what_is_of_another_model_or_picture_is_refused() -> None:
    async def ask() -> None:
        one = segmenter()
        embedding = await encoded(one)
        single = tiny_model(single_mask=True)
        other = native.load_pair(single.encoder, single.decoder)
        assert await code_of(held(other, embedding, SIZE)) == "embedding-other-model"
        assert await code_of(held(one, replace(embedding, dialect="sam1", decoder=""), SIZE)) == "embedding-other-model"
        assert await code_of(held(one, embedding, SIZE, picture="2" * 64)) == "embedding-other-picture"
        assert await code_of(held(one, embedding, (SIZE[0], SIZE[1] + 1), picture=PICTURE)) == "embedding-other-picture"
        frame = Frame(SIZE, (128, 128), (100, 128))
        assert await code_of(held(one, replace(embedding, frame=frame), SIZE)) == "embedding-shapes"
        tensors = dict(embedding.tensors)
        whole = tensors["image_embed"]
        for wrong in (whole[:, :-1], whole[0], whole[:0]):
            changed = replace(embedding, tensors=tensors | {"image_embed": wrong})
            assert await code_of(held(one, changed, SIZE)) == "embedding-shapes"
        del tensors["image_embed"]
        assert await code_of(held(one, replace(embedding, tensors=tensors), SIZE)) == "embedding-shapes"
        broken = {name: np.full_like(array, np.nan) for name, array in embedding.tensors.items()}
        assert await code_of(held(one, replace(embedding, tensors=broken), SIZE)) == "embedding-not-finite"
        assert await code_of(stored(segmenter())) == "no-image"

    asyncio.run(ask())


@pytest.mark.parametrize("name", ["sam1, half", "sam1, normalised inside", "sam2", "hf-sam1", "efficientsam"])
def test_every_dialect_stores_what_its_decoder_alone_is_asked_about(name: str) -> None:
    async def ask() -> None:
        encoder, decoder = EXPORTS[name].encoder_bytes(), EXPORTS[name].decoder_bytes()
        await tells_alone_what_it_tells_whole(encoder, decoder)

    asyncio.run(ask())


def test_tensors_are_stored_by_the_names_of_their_own_graph() -> None:
    async def ask() -> None:
        sam2 = EXPORTS["sam2"]
        encoder, decoder = (renamed(one, SAM2).SerializeToString() for one in (sam2.encoder_bytes(), sam2.decoder_bytes()))
        embedding = await tells_alone_what_it_tells_whole(encoder, decoder)
        assert set(embedding.tensors) == {SAM2[name] for name in ("image_embed", "high_res_feats_0", "high_res_feats_1")}
        assert embedding.encoder_input is not None
        assert embedding.encoder_input.name == SAM2["image"]

    asyncio.run(ask())


async def tells_alone_what_it_tells_whole(encoder: bytes, decoder: bytes) -> StoredEmbedding:
    """Ask a decoder about what its encoder has stored; give that."""
    whole = native.load_pair(encoder, decoder)
    embedding = read_embedding(write_embedding(await encoded(whole), precision="float32"))
    assert embedding.dialect == whole.family
    alone = load_decoder(decoder, embedding)
    alone.use(await held(alone, embedding, SIZE, picture=PICTURE))
    for one, wanted in zip(await clicked(alone), await clicked(whole), strict=True):
        assert np.array_equal(one.logits, wanted.logits)
    return embedding


def test_the_built_in_models_two_decoders_are_one_model() -> None:
    """Embeddings that a page has made on a GPU fit a page that runs the decoder for processors, and the other way round."""
    digests = native.load(ROOT / "models/nano").identity
    assert digests.model == "nano"
    assert len(digests.decoders()) == 2
