"""The network as ONNX files, and back: node by node, with nothing traced, so that there is nothing to repair."""
