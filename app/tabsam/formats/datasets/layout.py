"""Where what lies in a data set's files: one place for the writers and for those who read it again."""

from __future__ import annotations

import re

IMAGES = "images/"
"""The pictures' folder, where a format has one of its own."""

COCO_FILE = "annotations/instances.json"

YOLO_FILE = "data.yaml"
LABELS = "labels/"
CLASSES_FILE = "classes.txt"

VOC_PICTURES = "JPEGImages/"
VOC_XML = "Annotations/"
VOC_CLASS = "SegmentationClass/"
VOC_OBJECT = "SegmentationObject/"
VOC_LISTS = "ImageSets/Segmentation/"
VOC_BOX_LISTS = "ImageSets/Main/"
VOC_CLASSES_FILE = "labels.txt"
VOC_COLORS_FILE = "labelmap.txt"
"""The classes with their colours, as CVAT and Datumaro want them."""

LABELMAPS = "labelmaps/"
ID2LABEL_FILE = "id2label.json"
MASKS = "masks/"
MASK_NAME = re.compile(r"-(\d{3,})(?:-(.*))?\.png$", re.IGNORECASE)
"""The end of a mask's name: its number, and its class."""
CUTOUTS = "cutouts/"
OBJECTS_FILE = "objects.json"
"""What the values of label maps, and the masks, are."""
