"""A checkpoint is told by its weights, and each of them finds its place."""

from __future__ import annotations

import pytest
import torch

from tabsam_export import mapping
from tabsam_export.errors import ExportError
from tabsam_export.known import IDS, KNOWN_MODELS, check_is, recognise
from tabsam_export.mapping import IGNORED, NAMES, Target, translate
from tabsam_export.reference import blank
from tests.export.checkpoints import LAYOUTS, shapes_of


def test_every_known_model_has_a_layout() -> None:
    assert set(LAYOUTS) == set(IDS)


@pytest.mark.parametrize("model_id", IDS)
def test_an_official_layout_is_recognised(model_id: str) -> None:
    assert recognise(shapes_of(model_id)).id == model_id


@pytest.mark.parametrize("model_id", IDS)
def test_every_weight_has_its_place_and_every_place_its_weight(model_id: str) -> None:
    shapes, model = shapes_of(model_id), next(model for model in KNOWN_MODELS if model.id == model_id)
    targets = translate(model.family, shapes)
    unused = {name for name, places in targets.items() if not places}
    assert all(name.startswith(IGNORED[model.family]) for name in unused)
    filled = {place.name: rows(shapes[name], place) for name, places in targets.items() for place in places}
    with torch.device("meta"):
        wanted = {name: tuple(tensor.shape) for name, tensor in blank(model).state_dict().items()}
    assert filled == wanted


def rows(shape: tuple[int, ...], place: Target) -> tuple[int, ...]:
    """Give the shape of the table that a row is of; all of them have four."""
    return shape if place.row is None else (4, *shape[1:])


def test_no_two_weights_go_to_one_place() -> None:
    for model_id in IDS:
        family = next(model.family for model in KNOWN_MODELS if model.id == model_id)
        places = [place for found in translate(family, shapes_of(model_id)).values() for place in found]
        assert len(places) == len(set(places))


def test_each_name_in_the_tables_is_some_checkpoints() -> None:
    for family, names in NAMES.items():
        seen = [name for model in KNOWN_MODELS if model.family == family for name in shapes_of(model.id)]
        assert [template for template in names if not any(map(mapping.pattern(template).fullmatch, seen))] == []


def test_other_weights_are_named_and_what_can_be_converted_is_said() -> None:
    with pytest.raises(ExportError, match="official checkpoint of one of: sam1-vit-b") as raised:
        recognise({"image_encoder.layers.0.conv1.weight": (64, 3, 3, 3)})
    assert raised.value.code == "checkpoint-unknown"
    assert "image_encoder.layers.0.conv1.weight" in raised.value.details


def test_a_checkpoint_of_another_model_is_told_from_the_one_asked_for() -> None:
    with pytest.raises(ExportError, match="not the weights of sam1-vit-b but of sam2-hiera-tiny") as raised:
        check_is("sam1-vit-b", shapes_of("sam2-hiera-tiny"))
    assert raised.value.code == "checkpoint-other"


def test_a_model_that_is_not_known_is_answered_with_those_that_are() -> None:
    with pytest.raises(ExportError, match="no model called 'sam9'.*sam2.1-hiera-large") as raised:
        check_is("sam9", {})
    assert raised.value.code == "model-unlisted"


def test_a_weight_that_nothing_is_known_of_is_refused() -> None:
    with pytest.raises(ExportError, match="has 1 weights that an official one does not have, such as 'adapter.weight'") as raised:
        translate("sam1", [*shapes_of("sam1-vit-b"), "adapter.weight"])
    assert raised.value.code == "checkpoint-names"


def test_a_gap_in_the_tables_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {template: ours for template, ours in NAMES["sam1"].items() if template != "image_encoder.blocks.{n}.attn.qkv.{p}"}
    monkeypatch.setitem(mapping.NAMES, "sam1", names)
    with pytest.raises(ExportError, match=r"24 weights.*image_encoder.blocks.0.attn.qkv.weight"):
        translate("sam1", shapes_of("sam1-vit-b"))


def test_a_model_that_is_as_wide_but_deeper_is_not_recognised() -> None:
    shapes = {**shapes_of("sam1-vit-b"), "image_encoder.blocks.12.norm1.weight": (768,)}
    with pytest.raises(ExportError):
        recognise(shapes)
