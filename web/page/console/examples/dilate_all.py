# Dilate all masks: each object of the open picture grows by this many pixels in every direction.
radius = 3

y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
disc = [(dy, dx) for dy, dx in zip(*np.nonzero(x**2 + y**2 <= radius**2))]
height, width = document.size
for one in document.objects:
    if one.locked:
        continue
    padded = np.pad(one.mask, radius)
    one.mask = np.logical_or.reduce([padded[dy : dy + height, dx : dx + width] for dy, dx in disc])

show(np.logical_or.reduce([one.mask for one in document.objects]))
