"""How tabsam nano is made: from pictures under permissive licences to the two ONNX files in models/nano.

data (what it learns from) -> scenes (composed on the GPU) -> learning (prompts, losses, steps) -> network (what learns)
-> graphs (ONNX, held against PyTorch) -> evaluation (clicks simulated on pictures never trained on)

Run ``python -m tabsam_training --help``; models/training/README.md walks through it.
"""
