"""The network: an encoder that looks at a picture once, and a decoder that answers prompts about it.

A module's parameters have the names that the ONNX files give them, so the files are the checkpoint (see graphs/weights.py).
"""

from tabsam_training.network.decoder import Decoder
from tabsam_training.network.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
