"""The list, the reading of what others published, and packing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from tabsam_training.data.annotations import find, things
from tabsam_training.data.bank import Bank, load_bank
from tabsam_training.data.cutouts import cut_from_white
from tabsam_training.data.fetching import fetch
from tabsam_training.data.labelmaps import paint
from tabsam_training.data.layout import read_index
from tabsam_training.data.packing import pack, pack_held_out
from tabsam_training.data.sources import Files, HeldOut, Photos, Sources, read_sources
from tabsam_training.errors import TrainingError
from tests.training.conftest import NANO

WHO: dict[str, Any] = {"repository": "somebody/things", "licence": "CC0", "stated": "LICENSE"}
SQUARE = [10.0, 10.0, 40.0, 10.0, 40.0, 40.0, 10.0, 40.0]


def quiet(_line: str) -> None:
    pass


class TestList:
    def test_every_entry_states_its_licence(self) -> None:
        sources = read_sources()
        trained_on = [*sources.photos, *sources.cutouts, *sources.backgrounds]
        assert len(trained_on) > 25
        for source in trained_on:
            assert source.licence.startswith(("CC0", "CC BY", "MIT", "Apache-2.0", "by picture: CC BY")), source.id
            assert "NC" not in source.licence
            assert "ND" not in source.licence
            assert source.stated, source.id

    def test_what_is_measured_on_is_not_trained_on(self) -> None:
        sources = read_sources()
        trained_on = {source.repository for source in (*sources.photos, *sources.cutouts, *sources.backgrounds)}
        assert not trained_on & {source.repository for source in sources.held_out}

    def test_the_card_names_every_repository(self) -> None:
        card = (NANO / "README.md").read_text(encoding="utf-8")
        sources = read_sources()
        for source in (*sources.photos, *sources.cutouts, *sources.backgrounds):
            assert source.repository in card

    def test_every_picture_of_coco_is_credited(self) -> None:
        head, *rows = (line.split("\t") for line in (NANO / "coco-attribution.tsv").read_text("utf-8").splitlines())
        assert head == ["file", "licence", "flickr_url", "from"]
        assert len(rows) == 419
        assert {licence for _, licence, _, _ in rows} == {"CC BY 2.0", "CC BY-SA 2.0", "no known copyright restrictions"}

    def test_a_key_that_means_nothing_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "sources.toml"
        path.write_text('[[photos]]\nid = "a"\nrepository = "b/c"\nlicence = "MIT"\nstated = "LICENSE"\nwieght = 2\n')
        with pytest.raises(TrainingError, match="The entry a in photos lacks, or has and should not: wieght"):
            read_sources(path)


class TestPainting:
    def test_larger_things_lie_below(self) -> None:
        small = [[(4.0, 4.0), (7.0, 4.0), (7.0, 7.0), (4.0, 7.0)]]
        large = [[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]]
        labels, parents = paint([small, large], (10, 10), nested=True)
        assert labels[5, 5] == 2
        assert labels[1, 1] == 1
        assert parents == (0, 0, 1)

    def test_without_nesting_nothing_is_a_part(self) -> None:
        mask = np.ones((6, 6), bool)
        assert paint([mask, mask[:3]], (6, 6), nested=False)[1] == (0, 0, 0)

    def test_a_picture_of_nothing_is_empty(self) -> None:
        labels, parents = paint([], (5, 4), nested=True)
        assert labels.shape == (4, 5)
        assert not labels.any()
        assert parents == (0,)


def repository(fetched: Path) -> Path:
    folder = fetched / "somebody+things"
    folder.mkdir(parents=True)
    return folder


def save_picture(path: Path, size: tuple[int, int] = (60, 50)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise(size, 60).convert("RGB").save(path)


class TestReading:
    def test_coco_polygons_and_run_lengths(self, tmp_path: Path) -> None:
        folder = repository(tmp_path)
        save_picture(folder / "train/a.jpg")
        runs = {"size": [50, 60], "counts": [0, 50, 50 * 59]}  # the first column
        annotations = [{"image_id": 1, "segmentation": [SQUARE]}, {"image_id": 1, "segmentation": runs}]
        stored = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": annotations}
        (folder / "train/_annotations.coco.json").write_text(json.dumps(stored))
        source = Photos("a", **WHO)
        (found,) = find(source, folder)
        ring, column = things(source, found, (60, 50))
        assert ring == [[(10.0, 10.0), (40.0, 10.0), (40.0, 40.0), (10.0, 40.0)]]
        assert isinstance(column, np.ndarray)
        assert column.sum() == 50
        assert column[:, 0].all()

    def test_of_coco_only_pictures_under_a_permissive_licence(self, tmp_path: Path) -> None:
        folder = repository(tmp_path)
        for name in ("free.jpg", "not-commercial.jpg"):
            save_picture(folder / name)
        images = [{"id": 1, "file_name": "free.jpg", "license": 4}, {"id": 2, "file_name": "not-commercial.jpg", "license": 2}]
        annotations = [{"image_id": number, "segmentation": [SQUARE]} for number in (1, 2)]
        (folder / "instances.json").write_text(json.dumps({"images": images, "annotations": annotations}))
        assert [one.picture.name for one in find(Photos("a", per_picture=True, **WHO), folder)] == ["free.jpg"]

    def test_of_roboflows_versions_of_a_picture_the_first(self, tmp_path: Path) -> None:
        folder = repository(tmp_path)
        for name in ("a_jpg.rf.1", "a_jpg.rf.2", "b"):
            save_picture(folder / f"images/{name}.jpg")
            (folder / "labels").mkdir(exist_ok=True)
            (folder / f"labels/{name}.txt").write_text("0 0.1 0.1 0.9 0.1 0.9 0.9\n")
        source = Photos("a", kind="yolo", **WHO)
        found = list(find(source, folder))
        assert [one.picture.name for one in found] == ["a_jpg.rf.1.jpg", "b.jpg"]
        assert things(source, found[0], (60, 50)) == [[[(6.0, 5.0), (54.0, 5.0), (54.0, 45.0)]]]

    def test_a_trimaps_border_is_split_in_the_middle(self, tmp_path: Path) -> None:
        folder = repository(tmp_path)
        save_picture(folder / "images/cat.jpg")
        trimap = np.full((50, 60), 2, np.uint8)
        trimap[10:40, 10:50] = 3
        trimap[16:34, 16:44] = 1
        (folder / "annotations/trimaps").mkdir(parents=True)
        Image.fromarray(trimap).save(folder / "annotations/trimaps/cat.png")
        source = Photos("a", kind="trimap", **WHO)
        (found,) = find(source, folder)
        (mask,) = things(source, found, (60, 50))
        assert isinstance(mask, np.ndarray)
        assert not mask[25, 12]
        assert mask[25, 13]
        assert mask[16:34, 16:44].all()

    def test_a_mask_for_each_thing(self, tmp_path: Path) -> None:
        folder = repository(tmp_path)
        save_picture(folder / "one/images/one.png")
        (folder / "one/masks").mkdir()
        for number in range(2):
            Image.new("L", (60, 50), 255 * number).save(folder / f"one/masks/{number}.png")
        source = Photos("a", kind="masks", **WHO)
        (found,) = find(source, folder)
        assert [int(np.count_nonzero(mask)) for mask in things(source, found, (60, 50))] == [0, 3000]


class TestCutouts:
    def test_a_product_is_cut_from_white(self) -> None:
        picture = Image.new("RGB", (80, 80), "white")
        ImageDraw.Draw(picture).ellipse((20, 20, 60, 60), fill=(200, 30, 30))
        ImageDraw.Draw(picture).ellipse((36, 36, 44, 44), fill="white")  # white inside it is a part of it
        cut = cut_from_white(picture)
        assert cut is not None
        alpha = np.asarray(cut)[..., 3]
        assert alpha[40, 40] == 255
        assert alpha[2, 2] == 0

    @pytest.mark.parametrize("colour", ["white", "black"])
    def test_what_has_no_ground_or_no_thing_is_left_out(self, colour: str) -> None:
        assert cut_from_white(Image.new("RGB", (80, 80), colour)) is None


class TestPacking:
    @pytest.fixture
    def packed(self, tmp_path: Path) -> Path:
        folder = repository(tmp_path / "fetched")
        for name in ("a", "b"):
            save_picture(folder / f"{name}.jpg", (1000, 500))
            save_picture(folder / f"emoji/{name}.png", (90, 90))
        (folder / "b.jpg").write_bytes(b"damaged")
        images = [{"id": number, "file_name": f"{name}.jpg"} for number, name in enumerate("ab")]
        square = [100.0, 100.0, 400.0, 100.0, 400.0, 400.0, 100.0, 400.0]
        annotations = [{"image_id": number, "segmentation": [square]} for number in range(2)]
        (folder / "instances.json").write_text(json.dumps({"images": images, "annotations": annotations}))
        sources = Sources(
            photos=(Photos("a", whole=0.5, **WHO), Photos("gone", repository="nobody/nothing", licence="CC0", stated="x")),
            cutouts=(Files("e", pattern="emoji/*.png", **WHO),),
            backgrounds=(Files("b", pattern="a.jpg", **WHO),),
            held_out=(HeldOut("h", images="a.jpg", masks=".jpg=-mask.png", above=200, void=128, **WHO),),
        )
        mask = np.array([[0, 128, 255]], np.uint8).repeat(5, 0)
        Image.fromarray(mask).save(folder / "a-mask.png")
        self.said: list[str] = []
        pack(sources, tmp_path / "fetched", tmp_path / "data", self.said.append, processes=1)
        pack_held_out(sources, tmp_path / "fetched", tmp_path / "data/held-out", self.said.append)
        return tmp_path / "data"

    def test_photos_are_made_small_and_damaged_ones_left_out(self, packed: Path) -> None:
        index = read_index(packed)
        assert list(index) in (["a-0"], ["a-1"])
        (name,) = index
        with Image.open(packed / f"photos/{name}.jpg") as photo, Image.open(packed / f"photos/{name}.png") as labels:
            assert photo.size == labels.size == (768, 384)
            assert set(np.unique(np.asarray(labels))) == {0, 1}
        assert index[name].whole == 0.5

    def test_what_is_not_there_is_said(self, packed: Path) -> None:
        assert "nobody/nothing is not fetched" in self.said
        lineage = json.loads((packed / "lineage.json").read_text())
        assert [(one["id"], one["files"]) for one in lineage] == [("a", 1), ("gone", 0), ("e", 2), ("b", 1)]

    def test_held_out_masks_have_three_values(self, packed: Path) -> None:
        with Image.open(packed / "held-out/h/masks/a.png") as mask:
            assert np.asarray(mask)[0].tolist() == [0, 128, 255]
        assert (packed / "held-out/h/images/a.jpg").is_file()

    def test_the_bank_reads_what_was_packed(self, packed: Path) -> None:
        bank = load_bank(packed, torch.device("cpu"))
        assert bank.photos.shape == (1, 3, 768, 768)
        photo, label, x0, y0, x1, y1 = bank.things[0].tolist()
        assert (photo, label) == (0, 1)
        # The square, in a picture that is stretched to a square.
        np.testing.assert_allclose([x0, y0, x1, y1], [0.1, 0.2, 0.4, 0.8], atol=0.01)

    def test_nothing_fetched_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(TrainingError, match="None of the listed photos"):
            pack(Sources((), (), (), ()), tmp_path, tmp_path / "data", quiet, processes=1)

    def test_no_data_are_said(self, tmp_path: Path) -> None:
        with pytest.raises(TrainingError, match=r"There are no packed data in .* Make it with"):
            load_bank(tmp_path, torch.device("cpu"))


class TestFetching:
    def test_repositories_are_cloned_once_and_missing_ones_named(self, tmp_path: Path) -> None:
        origin = tmp_path / "host/somebody/things"
        origin.mkdir(parents=True)
        (origin / "LICENSE").write_text("CC0")
        for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
            subprocess.run(["git", "-C", origin, *command], check=True)
        said: list[str] = []
        wanted = {"somebody/things": "", "nobody/nothing": ""}
        for _ in range(2):
            with pytest.raises(TrainingError, match=r"Not fetched: nobody/nothing\."):
                fetch(wanted, tmp_path / "fetched", said.append, str(tmp_path / "host"))
        assert (tmp_path / "fetched/somebody+things/LICENSE").read_text() == "CC0"
        assert "somebody/things: there" in said


def test_a_wholes_parts_know_it(bank: Bank) -> None:
    assert bank.parents.shape == (8, 2, 256)
    assert (bank.thing_weights > 0).all()
