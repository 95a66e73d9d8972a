"""TIFF, as scientists and mappers have it: read with nothing but numpy, Python's own decompressors and what Pillow is good for.

tags (what stands in the file) -> layout (what a page's tags say of its pixels) -> codecs, segments (from strips or tiles to
samples) -> colors (to a raster); pages lists them, placement says where on a map they lie. Pyodide's Pillow has a libtiff without
zlib, JPEG, zstd and LZMA, and neither has bands and depths; so both read by this.
"""
