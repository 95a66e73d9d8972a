"""From a checkpoint of SAM 1 or SAM 2 to ONNX files that run in a browser: the command ``tabsam export``.

checkpoint -> known (whose is it?) -> mapping (names) -> reference (the PyTorch model) -> vit, hiera, decoder (graphs)
-> precision -> verification (against the reference) -> package (files, digests, catalogue entry)
"""
