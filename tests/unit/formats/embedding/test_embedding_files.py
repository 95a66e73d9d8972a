"""Embeddings as files: written and read back in every format, by others, too; and files that are none are refused."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zipfile
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from build import ROOT
from tabsam.arrays import AnyArray
from tabsam.errors import FormatError
from tabsam.formats.embedding import EXTENSIONS, FORMATS, Format, read_embedding, write_embedding
from tabsam.formats.embedding.precision import PRECISIONS
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.preprocess import Frame
from tabsam.model.runtime import TensorSpec


def made(**changes: Any) -> StoredEmbedding:
    rng = np.random.default_rng(0)
    tensors = {
        "image_embed": rng.standard_normal((1, 4, 8, 8), np.float32),
        "high": rng.standard_normal((1, 2, 5, 3), np.float32),
    }
    given: dict[str, Any] = {
        "tensors": tensors,
        "model": "sam2.1-large",
        "decoder": "a" * 64,
        "dialect": "sam2",
        "encoder_input": TensorSpec("image", "float32", (1, 3, 128, 128)),
        "encoder_outputs": {name: TensorSpec(name, "float32", ("batch", *one.shape[1:])) for name, one in tensors.items()},
        "picture": "b" * 64,
        "frame": Frame((96, 144), (128, 128), (85, 128), upscales_twice=True),
    }
    return StoredEmbedding(**given | changes)


def code_of(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read_embedding(data)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize("format", FORMATS)
def test_an_embedding_comes_back_as_it_was(format: Format) -> None:
    one = made()
    back = read_embedding(write_embedding(one, format, precision="float32"))
    assert back.tensors.keys() == one.tensors.keys()
    for name, array in one.tensors.items():
        assert back.tensors[name].dtype == np.float32
        assert np.array_equal(back.tensors[name], array)
    for field in ("model", "decoder", "dialect", "encoder_input", "encoder_outputs", "picture", "frame"):
        assert getattr(back, field) == getattr(one, field), field


@pytest.mark.parametrize("format", FORMATS)
def test_half_floats_take_half_the_room(format: Format) -> None:
    tensors = {"t": np.linspace(-9, 9, 9000, dtype=np.float32).reshape(1, 9, 1000)}
    half, whole = (write_embedding(made(tensors=tensors), format, precision=one) for one in PRECISIONS)
    assert len(half) < 0.6 * len(whole)
    assert np.array_equal(read_embedding(half).tensors["t"], tensors["t"].astype(np.float16))


@pytest.mark.parametrize("format", FORMATS)
def test_what_nobody_has_said_stays_unsaid(format: Format) -> None:
    tensors = {"t": np.ones((1, 2), np.float32)}
    back = read_embedding(write_embedding(StoredEmbedding(tensors), format))
    assert (back.model, back.decoder, back.picture, back.frame, back.encoder_input) == ("", "", "", None, None)


def test_the_same_embedding_makes_the_same_bytes() -> None:
    for format in FORMATS:
        assert write_embedding(made(), format) == write_embedding(made(), format)


def test_any_reader_of_safetensors_reads_ours() -> None:
    one = made()
    data = write_embedding(one, precision="float32")
    theirs = safetensors.numpy.load(data)
    assert all(np.array_equal(theirs[name], array) for name, array in one.tensors.items())
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    assert header["tabsam_embedding"] == "1"
    assert header["decoder_sha256"] == "a" * 64
    assert json.loads(header["frame"])["scale"] == [128 / 144, 85 / 96]


def test_ours_reads_what_they_write() -> None:
    coarse, empty = np.arange(6, dtype=np.float32).reshape(1, 2, 3), np.zeros((2, 0), np.float16)
    arrays: dict[str, AnyArray] = {"image_embed": coarse, "empty": empty}
    back = read_embedding(safetensors.numpy.save(arrays, {"model": "theirs"}))
    assert back.model == "theirs"
    for name, array in arrays.items():
        assert back.tensors[name].dtype == array.dtype
        assert np.array_equal(back.tensors[name], array)


def test_numpy_reads_our_npz_and_ours_what_numpy_writes() -> None:
    one = made()
    with np.load(io.BytesIO(write_embedding(one, "npz", precision="float32")), allow_pickle=False) as theirs:
        assert np.array_equal(theirs["image_embed"], one.tensors["image_embed"])
        assert json.loads(str(theirs["metadata"]))["model"] == "sam2.1-large"
    for save in (np.savez, np.savez_compressed):
        buffer = io.BytesIO()
        save(buffer, a=one.tensors["high"], b=np.asfortranarray(one.tensors["high"][0, 0]))
        back = read_embedding(buffer.getvalue())
        assert np.array_equal(back.tensors["a"], one.tensors["high"])
        assert np.array_equal(back.tensors["b"], one.tensors["high"][0, 0])


def test_an_npz_that_is_packed_in_any_way_of_zips_is_read() -> None:
    tensor = np.arange(3, dtype=np.float32)
    for way in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert np.array_equal(read_embedding(zipped({"a.npy": npy(tensor)}, way)).tensors["a"], tensor)


def test_json_is_plain() -> None:
    value = json.loads(write_embedding(made(), "json", precision="float32"))
    entry = value["tensors"]["image_embed"]
    numbers = np.frombuffer(base64.b64decode(entry["data"]), "<f4").reshape(entry["shape"])
    assert np.array_equal(numbers, made().tensors["image_embed"])
    assert EXTENSIONS["json"] == ".embedding.json"  # annotations are JSON, too


def test_the_page_knows_embeddings_by_the_same_endings() -> None:
    (endings,) = re.findall(r"const EMBEDDING = /(.*)/i;", (ROOT / "web/page/input/embedding-files.js").read_text("utf-8"))
    for extension in (*EXTENSIONS.values(), ".npy"):
        assert re.search(endings, f"a{extension}")
    assert not re.search(endings, "a.json")


@pytest.mark.parametrize("shape", [(1, 256, 64, 64), (256, 64, 64)])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f2"])
def test_metas_own_arrays_are_sam_1s(shape: tuple[int, ...], dtype: str) -> None:
    array = np.linspace(-9, 9, 256 * 64 * 64, dtype=np.float32).reshape(shape).astype(dtype)
    one = read_embedding(npy(array))
    assert one.dialect == "sam1"
    assert np.array_equal(one.tensors["image_embeddings"], array.reshape(1, 256, 64, 64))
    assert one.encoder_input == TensorSpec("input_image", "float32", (1, 3, 1024, 1024))


def test_a_number_too_large_for_half_floats_is_refused() -> None:
    one = made(tensors={"t": np.array([[1e6]], np.float32)})
    with pytest.raises(FormatError) as caught:
        write_embedding(one)
    assert caught.value.code == "embedding-overflow"
    assert read_embedding(write_embedding(one, precision="float32")).tensors["t"][0, 0] == 1e6


def npy(array: AnyArray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def tensors_file(header: Any, body: bytes = b"", *, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


def entry(start: int, end: int, shape: Any = (1,), dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def zipped(files: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", way) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def damaged_lzma() -> bytes:
    """Give a zip whose LZMA says that it needs a dictionary that there is not: Python's error for it is none of zipfile's."""
    data = bytearray(zipped({"a.npy": npy(np.zeros(3000, np.float32))}, zipfile.ZIP_LZMA))
    begin = data.index(b"a.npy") + len("a.npy") + 4  # behind the version, and how long the properties are
    data[begin] = 0xFF
    return bytes(data)


def plain(tensor: Any) -> bytes:
    return json.dumps({"tabsam_embedding": 1, "tensors": {"a": tensor}}).encode()


def stated(**texts: str) -> bytes:
    return tensors_file({"__metadata__": texts, "a": entry(0, 4)}, bytes(4))


HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("embedding-unknown", b""),
    "a picture": ("embedding-unknown", b"\x89PNG\r\n\x1a\n" + bytes(30)),
    "a header longer than the file": ("embedding-broken", tensors_file({"a": entry(0, 4)}, bytes(4), length=1 << 62)),
    "a header longer than any": ("embedding-broken", tensors_file(b"{" + b" " * 1_100_000 + b"}")),
    "a header that is a list": ("embedding-unknown", tensors_file([])),
    "a header that breaks off": ("not-json", tensors_file(b'{"a": {')),
    "a deep header": ("too-deep", tensors_file(b'{"a":' * 5000)),
    "a tensor that is a number": ("embedding-broken", tensors_file({"a": 1})),
    "no offsets": ("embedding-broken", tensors_file({"a": {"dtype": "F32", "shape": [1]}}, bytes(4))),
    "offsets that are truths": ("embedding-broken", tensors_file({"a": entry(False, True, (0,))}, bytes(4))),
    "offsets beyond the end": ("embedding-broken", tensors_file({"a": entry(0, 8, (2,))}, bytes(4))),
    "offsets below the beginning": ("embedding-broken", tensors_file({"a": entry(-4, 0)}, bytes(4))),
    "offsets the other way round": ("embedding-broken", tensors_file({"a": entry(4, 0)}, bytes(4))),
    "tensors that overlap": ("embedding-broken", tensors_file({"a": entry(0, 4), "b": entry(2, 6)}, bytes(6))),
    "a hole": ("embedding-broken", tensors_file({"a": entry(0, 4), "b": entry(8, 12)}, bytes(12))),
    "bytes that are nobody's": ("embedding-broken", tensors_file({"a": entry(0, 4)}, bytes(5))),
    "more numbers than bytes": ("embedding-broken", tensors_file({"a": entry(0, 4, (3,))}, bytes(4))),
    "a side below nothing": ("embedding-broken", tensors_file({"a": entry(0, 4, (-1, -1))}, bytes(4))),
    "a shape that is a text": ("embedding-broken", tensors_file({"a": entry(0, 4, "1")}, bytes(4))),
    "more numbers than there can be": ("embedding-too-large", tensors_file({"a": entry(0, 4, (10**9, 10**9))}, bytes(4))),
    "a weight of integers": ("embedding-dtype", tensors_file({"a": entry(0, 4, (1,), "I32")}, bytes(4))),
    "a dtype that is a list": ("embedding-dtype", tensors_file({"a": entry(0, 4, (1,), ["F32"])}, bytes(4))),
    "as many tensors as a model has": ("embedding-too-large", tensors_file({str(i): entry(0, 0, (0,)) for i in range(99)})),
    "metadata that are no texts": ("embedding-broken", tensors_file({"__metadata__": {"a": 1}, "a": entry(0, 4)}, bytes(4))),
    "no tensor": ("embedding-unknown", tensors_file({})),
    "a newer version": ("embedding-version", stated(tabsam_embedding="2")),
    "a digest that is none": ("embedding-metadata", stated(decoder_sha256="../x")),
    "a frame without a picture": ("embedding-metadata", stated(frame="{}")),
    "a frame of nothing": ("embedding-metadata", stated(picture_size="[1, 1]", frame='{"fit": "squash", "model_size": [0, 0]}')),
    "a frame that is deep": ("too-deep", stated(picture_size="[1, 1]", frame="[" * 5000)),
    "an input that is none": ("embedding-metadata", stated(encoder_input='{"name": "a", "dtype": "text", "shape": []}')),
    "a long name": ("embedding-metadata", stated(model="x" * 1000)),
    "an array cut off": ("embedding-broken", npy(np.zeros((256, 64, 64), np.float32))[:1000]),
    "an array of another shape": ("embedding-unknown", npy(np.zeros((3, 4), np.float32))),
    "an array of objects": ("embedding-broken", npy(np.zeros(3)).replace(b"'<f8'", b"'|O' ")[:-8]),
    "an array whose header is code": ("embedding-broken", npy(np.zeros(3, np.float32)).replace(b"(3,)", b"f(3)")),
    "a zip of texts": ("embedding-broken", zipped({"a.txt": b"x"})),
    "a zip cut off": ("embedding-broken", zipped({"a.npy": npy(np.zeros(3, np.float32))})[:-30]),
    "LZMA that is damaged": ("embedding-broken", damaged_lzma()),
    "an array of integers in a zip": ("embedding-dtype", zipped({"a.npy": npy(np.zeros(3, np.int32))})),
    "metadata that are an array": ("embedding-broken", zipped({"metadata.npy": npy(np.zeros(3, np.float32))})),
    "other JSON": ("embedding-unknown", b'{"images": []}'),
    "JSON of a newer version": ("embedding-version", b'{"tabsam_embedding": 7}'),
    "JSON without tensors": ("embedding-broken", b'{"tabsam_embedding": 1}'),
    "JSON that is not base64": ("embedding-broken", plain({"dtype": "float32", "shape": [1], "data": "%%%%"})),
    "JSON with too few bytes": ("embedding-broken", plain({"dtype": "float32", "shape": [2], "data": "AAAAAA=="})),
    "JSON of texts": ("embedding-dtype", plain({"dtype": "str", "shape": [1], "data": ""})),
    "deep JSON": ("too-deep", b'{"tabsam_embedding":' + b"[" * 5000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_sound_embedding_is_refused(what: str) -> None:
    code, data = HOSTILE[what]
    assert code_of(data) == code


@pytest.mark.parametrize(("stated_size", "code"), [(2_000_000_000, "embedding-too-large"), (3, "embedding-broken")])
def test_a_bomb_is_not_unpacked(stated_size: int, code: str) -> None:
    data = bytearray(zipped({"a.npy": npy(np.zeros(5000, np.float32))}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, stated_size)  # in the archive's directory: how large it will be
    assert code_of(bytes(data)) == code
