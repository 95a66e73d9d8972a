# Measure to CSV: a row for each object, with the mean colour under its mask, as a file to save.
import csv
import io

text = io.StringIO()
table = csv.writer(text)
table.writerow(["picture", "id", "class", "name", "area_px", "x0", "y0", "x1", "y1", "red", "green", "blue"])
image = document.image  # uint8, (height, width, 3)
for one in document.objects:
    red, green, blue = image[one.mask].mean(axis=0).round(1)
    table.writerow([document.name, one.id, one.class_name, one.name, one.area, *one.bbox, red, green, blue])

download("measures.csv", text.getvalue())
print(f"{len(document.objects)} objects measured")
