# Batch: find everything in each picture of the project. On each picture that is one step to undo.
for picture in project:
    document = await picture.open()
    if document.objects:
        print(f"{picture.name}: has {len(document.objects)} objects already")
        continue
    for found in await segmenter.everything(document):
        document.add(found, class_name="found")
    print(f"{picture.name}: {len(document.objects)} objects")
