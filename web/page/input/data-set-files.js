/**
 * Tells whether files are a data set: from their names, and of a few from how they begin. Pictures alone are none, and are not looked into.
 *
 * @module
 */

import { placeOf } from './places.js';

const ARCHIVE = /\.zip$/i;
const PROJECT = /\.tabsam$/i;
const STATED = /\.(json|geojson|geojsonl|xml|csv|gpkg)$/i;
const OUTLINES = /(^|\/)labels\/.*\.txt$|\.ya?ml$/i;
const PIXELS = /(^|\/)(masks|labelmaps|SegmentationClass|SegmentationObject)\/.*\.png$/i;
const PICTURE = /\.(jpe?g|png|webp|gif|bmp|tiff?)$/i;

/** As tabsam/formats/datasets/projects.py writes a project of several pictures: this comes first. */
const OF_SEVERAL = 'work/000001.json';
/** Formats list their pictures by one of these: COCO, VIA, CVAT, Label Studio and Datumaro. */
const LISTED = /"file_?name"|<image |"image"\s*:/g;
const HEAD_BYTES = 1 << 20;

/**
 * Whether a file looks like a picture: by its name, or by what the system says of it.
 *
 * @param {File} file
 */
export const looksLikePicture = ({ name, type }) => PICTURE.test(name) || type.startsWith('image/');

/** @param {File} file */
export const pathOf = (file) => placeOf(file) + file.name;

/**
 * @param {readonly File[]} files
 * @param {number} listed  how many pictures there are already
 * @returns {boolean | Promise<boolean>}  at once where names tell
 */
export function isDataSet(files, listed) {
  const paths = files.map(pathOf);
  if (paths.some((path) => ARCHIVE.test(path))) return true;
  const pictures = paths.filter((path) => PICTURE.test(path)).length;
  const inFolder = paths.some((path) => path.includes('/'));
  const stated = files.filter(({ name }) => STATED.test(name));
  if (inFolder && paths.some((path) => OUTLINES.test(path) || PIXELS.test(path))) return true;
  if (stated.length && (inFolder || pictures > 1)) return true;
  if (stated.length > 1 && listed > 1) return true;
  const [one] = stated;
  if (one && files.length === 1 && listed > 1) return begins(one).then((text) => (text.match(LISTED)?.length ?? 0) > 1);
  const projects = files.filter(({ name }) => PROJECT.test(name));
  if (!projects.length) return false;
  return Promise.all(projects.map(begins)).then((heads) => heads.some((head) => head.slice(0, 100).includes(OF_SEVERAL)));
}

/** @param {File} file */
const begins = (file) => file.slice(0, HEAD_BYTES).text().catch(() => '');
