"""Encode a picture on a fast machine, and click it on a slow one: the embedding goes as a file, and the decoder alone answers.

python examples/encode_here_decode_there.py encode          # here: of a drawn picture
python examples/encode_here_decode_there.py decode --click 302 90
python examples/encode_here_decode_there.py encode cat.jpg --model sam2.1-large

The page opens the same files: drop a picture together with its embedding, and it can be clicked without being encoded there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import tabsam
from drawing import balls
from tabsam.model.decoder_alone import load_decoder

NANO = Path(__file__).parents[1] / "models/nano/decoder.onnx"


def encode(picture: Path, embedding: Path, model: str) -> None:
    """Run the encoder, most of the work, once."""
    with tabsam.load(model) as segmenter:
        segmenter.set_image(picture)
        tabsam.save_embedding(segmenter.embedding(), embedding)
    print(f"{embedding}: {embedding.stat().st_size / 1e6:.1f} MB")


def decode(picture: Path, embedding: Path, decoder: Path, click: tuple[float, float], output: Path) -> None:
    """Answer a click without an encoder; an embedding of another picture or model is refused."""
    stored = tabsam.open_embedding(embedding)
    with tabsam.SyncSegmenter(load_decoder(decoder, stored)) as segmenter:
        segmenter.set_embedding(picture, stored)
        best = segmenter.predict([click])[0]
        best.save(output)
    print(f"{output}: {best.mask().sum():,} pixels, expected IoU {best.iou_prediction:.2f}")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=("encode", "decode"))
parser.add_argument("picture", nargs="?", type=Path, default=Path("balls.png"), help="its file; drawn where it is left out")
parser.add_argument("--embedding", type=Path, help="its file; else the picture's name with .safetensors")
parser.add_argument("--model", default="nano", help="that encodes: an id, or a folder")
parser.add_argument("--decoder", type=Path, default=NANO, help="its file: the one that belongs to the model")
parser.add_argument("--click", nargs=2, type=float, default=(302, 90), metavar=("X", "Y"), help="on the object, in pixels")
parser.add_argument("--output", type=Path, default=Path("mask.png"))
asked = parser.parse_args()

if asked.picture == parser.get_default("picture") and not asked.picture.exists():
    balls()[0].save(asked.picture)
embedding = asked.embedding or asked.picture.with_suffix(".safetensors")
if asked.what == "encode":
    encode(asked.picture, embedding, asked.model)
else:
    decode(asked.picture, embedding, asked.decoder, asked.click, asked.output)
