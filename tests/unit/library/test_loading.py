"""A model is loaded by whatever names it, on what the settings say; what names none is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnx
import onnx.external_data_helper
import onnx.numpy_helper
import pytest

import tabsam
from build import ROOT
from tabsam.errors import ModelError, SettingsError, TabsamError
from tabsam.library import providers
from tabsam.library.loading import pair_in, weights_named_in
from tabsam.library.settings import Settings
from tests.support.hostile import HostileServer
from tests.support.pictures import iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model

MODEL = tiny_model()
PLAIN = Settings()


def works(model: Any, **wishes: Any) -> bool:
    with tabsam.load(model, **{"settings": PLAIN, **wishes}) as segmenter:
        segmenter.set_image(two_discs())
        return iou(segmenter.predict([[80, 120]])[0].mask(), red_disc()) > 0.9


def fails(code: str, model: Any, **wishes: Any) -> TabsamError:
    with pytest.raises(TabsamError) as caught:
        tabsam.load(model, **{"settings": PLAIN, **wishes})
    assert caught.value.code == code
    assert caught.value.hint
    return caught.value


def with_weights_beside(folder: Path) -> None:
    """Save the small model as large ones are: its weights in files of their own."""
    folder.mkdir()
    for name, data in (("vision_encoder", MODEL.encoder), ("prompt_encoder_mask_decoder", MODEL.decoder)):
        graph = onnx.load_from_string(data)
        for tensor in graph.graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 4:  # a shape must stay in the graph
                tensor.raw_data = onnx.numpy_helper.to_array(tensor).tobytes()
                tensor.ClearField("float_data")
                onnx.external_data_helper.set_external_data(tensor, f"{name}.onnx_data")
        onnx.save(graph, folder / f"{name}.onnx")


def test_the_built_in_model_needs_no_name() -> None:
    with tabsam.load(settings=PLAIN) as segmenter:
        assert (segmenter.family, segmenter.provider) == ("sam2", "cpu")
        assert segmenter.segmenter.edges == "follow"  # as its catalogue states


def test_a_folder_or_two_files_name_a_model(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "tiny")
    assert works(tmp_path / "tiny")
    assert works(str(tmp_path / "tiny"))
    assert works((tmp_path / "tiny/encoder.onnx", str(tmp_path / "tiny/decoder.onnx")))


def test_a_folder_of_ones_own_comes_before_nothing_and_after_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    MODEL.save(tmp_path / "tiny")
    MODEL.save(tmp_path / "nano")
    assert works("tiny")
    with tabsam.load("nano", settings=PLAIN) as segmenter:
        assert segmenter.segmenter.mask_size == (256, 256)
    with tabsam.load("./nano", settings=PLAIN) as segmenter:
        assert segmenter.segmenter.mask_size == (32, 32)


def test_of_several_pairs_in_a_folder_the_plainest_is_taken(tmp_path: Path) -> None:
    names = ("vision_encoder_fp16", "vision_encoder", "prompt_encoder_mask_decoder_fp16", "prompt_encoder_mask_decoder")
    for name in names:
        (tmp_path / f"{name}.onnx").touch()
    pair = pair_in(tmp_path)
    assert (pair.encoder.name, pair.decoder.name) == ("vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx")


def test_two_addresses_name_a_model_with_the_weights_beside_it(tmp_path: Path, server: HostileServer, settings: Settings) -> None:
    with_weights_beside(tmp_path / "large")
    for path in (tmp_path / "large").iterdir():
        server.put(f"/models/large/{path.name}", path.read_bytes())
    assert weights_named_in(tmp_path / "large/vision_encoder.onnx") == ["vision_encoder.onnx_data"]
    assert works(tmp_path / "large")
    urls = [f"{server.url}models/large/{name}.onnx" for name in ("vision_encoder", "prompt_encoder_mask_decoder")]
    assert works(urls, settings=settings)
    asked = [file.asked for path, file in server.files.items() if path.startswith("/models/large/")]
    assert works(urls, settings=settings)
    assert asked == [[""]] * 4


def test_a_model_in_the_catalogue_has_its_weights_under_their_names(
    tmp_path: Path, server: HostileServer, settings: Settings
) -> None:
    with_weights_beside(tmp_path / "listed")
    graphs = {}
    for part, name in (("encoder", "vision_encoder"), ("decoder", "prompt_encoder_mask_decoder")):
        for suffix in (".onnx", ".onnx_data"):
            server.put(f"/models/listed/{name}{suffix}", (tmp_path / f"listed/{name}{suffix}").read_bytes())
        data = [{"name": f"{name}.onnx_data", "url": f"listed/{name}.onnx_data"}]
        graphs[part] = {"url": f"listed/{name}.onnx", "data": data}
    server.list_model("listed", graphs["encoder"], graphs["decoder"])
    assert works("listed", settings=settings)


@pytest.mark.parametrize("model", ["nowhere/at/all", Path("nowhere"), ["nowhere.onnx", "nothing.onnx"], ["one.onnx"]])
def test_files_that_are_not_there_are_told(model: Any) -> None:
    fails("model-missing", model)


def test_what_comes_with_tabsam_needs_no_other_list() -> None:
    elsewhere = Settings(catalog="http://127.0.0.1:9/catalog.json")
    with tabsam.load("nano", settings=elsewhere) as segmenter:
        assert segmenter.family == "sam2"
    fails("catalog-unreachable", "other", settings=elsewhere)


def test_an_id_that_is_none_is_told_with_those_that_are() -> None:
    assert "nano" in fails("model-unlisted", "nanu").hint


def test_a_setting_is_an_argument() -> None:
    fails("settings-unknown", "nano", thread=3)
    fails("settings-value", "nano", provider="gpu")


def test_a_provider_that_is_not_here_is_told() -> None:
    missing = next(name for name in providers.NAMES if name not in providers.available())
    assert "cpu" in fails("provider-missing", "nano", provider=missing).hint


def test_a_provider_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MODEL.save(tmp_path / "tiny")
    monkeypatch.setitem(providers.NAMES, "cuda", "AzureExecutionProvider")  # any that is here, and takes no graph
    if "cuda" not in providers.available():
        pytest.skip("this onnxruntime has no other provider than the processor's")
    with tabsam.load(tmp_path / "tiny", settings=Settings(provider="cuda")) as segmenter:
        assert segmenter.provider == "cuda"


def test_a_precision_is_another_entry_of_the_same_model(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "tiny")
    graphs = {part: {"url": f"tiny/{part}.onnx"} for part in ("encoder", "decoder")}
    entries = [
        {"id": "tiny", "name": "Tiny", **graphs},
        {"id": "tiny-fp16", "name": "Half", "dtype": "float16", "tidy": 0.1, **graphs},
    ]
    (tmp_path / "list.json").write_text(json.dumps({"models": entries}))
    settings = Settings(catalog=str(tmp_path / "list.json"))
    for id, precision, tidy in (("tiny", "auto", 0), ("tiny", "fp16", 0.1), ("tiny-fp16", "fp32", 0), ("tiny-fp16", "auto", 0.1)):
        with tabsam.load(id, settings=settings, precision=precision) as segmenter:
            assert segmenter.segmenter.tidy == tidy
    assert "tiny-fp16" in fails("precision-missing", "tiny", settings=settings, precision="int8").hint
    fails("settings-value", tmp_path / "tiny", precision="fp16")


def test_memory_has_a_limit(tmp_path: Path) -> None:
    with tabsam.load(ROOT / "models/nano", settings=Settings(memory_limit=30_000_000)) as segmenter:
        with pytest.raises(ModelError) as caught:
            segmenter.set_image(two_discs())
        assert caught.value.code == "model-memory"
    MODEL.save(tmp_path / "tiny")
    assert works(tmp_path / "tiny", memory_limit="30 MB")


def test_threads_are_onnxruntimes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MODEL.save(tmp_path / "tiny")
    monkeypatch.setenv("TABSAM_THREADS", "0x2")
    with pytest.raises(SettingsError):
        tabsam.load(tmp_path / "tiny")
    monkeypatch.setenv("TABSAM_THREADS", "2")
    with tabsam.load(tmp_path / "tiny") as segmenter:
        assert segmenter.segmenter.decoder.threads == 2  # type: ignore[attr-defined]
