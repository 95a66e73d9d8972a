"""Asking a SAM: from a picture and prompts to masks, on onnxruntime or onnxruntime-web alike.

image -> preprocess -> dialects (which SAM is this?) -> runtime (the seam; native) -> segmenter -> masks, contours, measures.
What a person makes of the answers is document/'s; the browser's side of the seam is page/web_sessions.py.
"""
