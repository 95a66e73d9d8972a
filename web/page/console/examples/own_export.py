# Own export: a cut-out of each object on its box, and a JSON file that says what they are, in one zip.
import io
import json
import zipfile

archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as files:
    about = []
    for one in document.objects:
        x0, y0, x1, y1 = one.bbox
        pixels = np.dstack([document.image, one.mask.astype(np.uint8) * 255])[y0:y1, x0:x1]
        cutout = io.BytesIO()
        Image.fromarray(pixels).save(cutout, "PNG")
        files.writestr(f"{one.id}.png", cutout.getvalue())
        about.append({"file": f"{one.id}.png", "class": one.class_name, "box": one.bbox, "score": one.score})
    files.writestr("objects.json", json.dumps(about, indent=2))

download("objects.zip", archive.getvalue())
