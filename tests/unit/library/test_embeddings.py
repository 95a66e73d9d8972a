"""Embeddings in scripts: made, written, opened and asked about; a path or bytes say which picture is meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tabsam
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model


@pytest.fixture
def segmenter(tmp_path: Path) -> tabsam.SyncSegmenter:
    tiny_model().save(tmp_path / "tiny")
    return tabsam.load(tmp_path / "tiny")


def test_an_embedding_is_saved_opened_and_asked_about(segmenter: tabsam.SyncSegmenter, tmp_path: Path) -> None:
    picture = encoded(two_discs())
    with segmenter:
        with pytest.raises(tabsam.StateError):
            segmenter.embedding()
        segmenter.set_image(picture)
        made = segmenter.embedding()
        assert (made.model, made.decoder) == ("tiny", segmenter.decoder_digest)
        for name in ("a.safetensors", "a.npz", "a.json", "a"):
            file = tabsam.save_embedding(made, tmp_path / name, precision="float32")
            assert np.array_equal(tabsam.open_embedding(file).tensors["image_embed"], made.tensors["image_embed"])
        assert (tmp_path / "a").read_bytes() == (tmp_path / "a.safetensors").read_bytes()
        for image in (picture, two_discs(), two_discs().shape[:2]):
            segmenter.set_embedding(image, tmp_path / "a.npz")
            assert iou(segmenter.predict([[80, 120]])[0].mask(), red_disc()) > 0.9
        with pytest.raises(tabsam.ImageError):
            segmenter.set_embedding(encoded(two_discs()[:, ::-1].copy()), made)
        with pytest.raises(tabsam.FormatError) as caught:
            segmenter.set_embedding(picture, tmp_path / "none.npz")
        assert caught.value.code == "embedding-missing"
        assert iou(segmenter.predict([[80, 120]])[0].mask(), red_disc()) > 0.9  # what was refused has changed nothing


def test_an_embedding_is_of_the_file_as_it_was_read(segmenter: tabsam.SyncSegmenter, tmp_path: Path) -> None:
    first, file = encoded(two_discs()), tmp_path / "a.png"
    file.write_bytes(first)
    with segmenter:
        segmenter.set_image(file)
        file.unlink()
        made = segmenter.embedding()
        segmenter.set_embedding(first, made)
        with pytest.raises(tabsam.ImageError) as caught:
            segmenter.set_embedding(encoded(two_discs()[:, ::-1].copy()), made)
    assert caught.value.code == "embedding-other-picture"
