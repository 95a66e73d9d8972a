/**
 * What can be exported, and which of it the export button means: the last format, or the nearest to it that there is something for.
 *
 * @module
 */

import { shownOf } from './store.js';
import { EXPORT_NAMES } from '../formatting.js';

/** @import {State} from './store.js' */
/** @import {ExportKind} from '../../protocol.js' */

/** @typedef {ExportKind | `objects:${string}` | 'project' | 'project-bare'} ExportChoice  the mask, all objects, or everything */

const OBJECTS = 'objects:';

/** Short enough for a button; the menu has what Python calls them. @type {Record<string, string>} */
const SHORT = {
  coco: 'COCO',
  'coco-rle': 'COCO RLE',
  'coco-rle-counts': 'COCO counts',
  'coco-boundaries': 'COCO',
  yolo: 'YOLO',
  voc: 'Pascal VOC',
  labelme: 'LabelMe',
  'labelme-masks': 'LabelMe masks',
  cvat: 'CVAT',
  'voc-xml': 'VOC boxes',
  'label-studio': 'Label Studio',
  'x-anylabeling': 'X-AnyLabeling',
  isat: 'ISAT',
  via: 'VIA',
  'coco-panoptic': 'Panoptic',
  geopackage: 'GeoPackage',
  supervisely: 'Supervisely',
  darwin: 'Darwin',
  datumaro: 'Datumaro',
  svg: 'All as SVG',
  geojson: 'GeoJSON',
  'geojson-lonlat': 'GeoJSON',
  'labelmap-objects': 'Label map',
  'labelmap-classes': 'Class map',
  masks: 'Masks',
  cutouts: 'Cut-outs',
  'cutouts-full': 'Cut-outs',
  measurements: 'Measurements',
  classes: 'Class list',
  picture: 'Picture',
  all: 'All formats',
};

/** @param {string} text @returns {text is ExportKind} */
export const isMaskKind = (text) => text in EXPORT_NAMES;

/** @param {string | null} text  as it was remembered @returns {text is ExportChoice} */
export const isChoice = (text) => text !== null && (isMaskKind(text) || text.startsWith(OBJECTS) || text === 'project' || text === 'project-bare');

/** The name of a format of all objects, null for any other choice. @param {string} choice */
export const formatOf = (choice) => (choice.startsWith(OBJECTS) ? choice.slice(OBJECTS.length) : null);

/** @param {ExportChoice} choice */
export function choiceName(choice) {
  if (isMaskKind(choice)) return EXPORT_NAMES[choice];
  const format = formatOf(choice);
  return format === null ? 'Project' : (SHORT[format] ?? format);
}

/**
 * Whether there is anything for it.
 *
 * @param {State} state
 * @param {ExportChoice} choice
 */
export function canExport(state, choice) {
  if (state.opening || !state.picture) return false;
  const { view, chosen } = shownOf(state);
  if (isMaskKind(choice)) return chosen !== null;
  if (choice === 'objects:classes') return view.objects.categories.length > 0;
  if (choice === 'objects:geojson-lonlat' && view.epsg === null) return false;
  if (choice === 'objects:picture') return true;
  return view.objects.list.length > 0;
}

/**
 * Whether a picture can be saved as one without objects; the button does so only where somebody has chosen it.
 *
 * @param {State} state
 */
export const canExportNothing = (state) => state.picture !== null && !state.opening && state.view.objects.list.length === 0;

/**
 * What the export button does now: as last time, if there is something to do that with.
 *
 * @param {State} state
 * @returns {ExportChoice | null}
 */
export function currentChoice(state) {
  /** @type {ExportChoice[]} */
  const inOrder = [state.exportKind, `objects:${state.objectFormat}`, 'mask-png'];
  return inOrder.find((choice) => canExport(state, choice)) ?? null;
}
