/**
 * The columns of the table of measures: what each is called, what exactly it is, and its value of an object.
 *
 * @module
 */

/** @import {MeasuredObject, Measures} from '../../protocol.js' */

/**
 * @typedef {{ id: string, title: string, tip: string, words?: boolean, of: (row: MeasuredObject, inUnits: boolean) => string | number | null }} Column
 *   `words`: a text, and no number
 */

const CORNER = 'counted from the top left corner of the picture, or in the map’s coordinates';

/** @type {{ name: keyof Measures, title: string, square?: boolean, tip: string }[]} */
const MEASURES = [
  { name: 'area', title: 'Area', square: true, tip: 'What the outline encloses, holes taken off' },
  { name: 'perimeter', title: 'Perimeter', tip: 'Length of the outer boundaries, without those of holes, as in ImageJ' },
  { name: 'equivalentDiameter', title: 'Diameter', tip: 'Equivalent diameter: of the circle with the same area' },
  { name: 'width', title: 'Width', tip: 'Of the smallest upright box around the outline' },
  { name: 'height', title: 'Height', tip: 'Of the smallest upright box around the outline' },
  { name: 'x', title: 'Box x', tip: `The least x of the box, ${CORNER}` },
  { name: 'y', title: 'Box y', tip: `The least y of the box, ${CORNER}` },
  { name: 'centroidX', title: 'Centroid x', tip: `The middle of the area, holes taken off, ${CORNER}` },
  { name: 'centroidY', title: 'Centroid y', tip: `The middle of the area, holes taken off, ${CORNER}` },
];

/**
 * @param {{ unit: string, all: boolean }} shown  `unit` is empty for pixels
 * @returns {Column[]}
 */
export function columnsOf({ unit, all }) {
  const length = unit || 'px';
  /** @type {Column[]} */
  const picture = all ? [{ id: 'picture', title: 'Picture', tip: 'The picture’s file', words: true, of: (row) => row.picture }] : [];
  return [
    { id: 'object', title: 'Object', tip: 'What the object is called in the list', words: true, of: ({ name, id, category }) => name || `${category || 'object'} ${id}` },
    ...picture,
    { id: 'class', title: 'Class', tip: 'The class of the object', words: true, of: ({ category }) => category },
    ...MEASURES.slice(0, 1).map((one) => measure(one)),
    { id: 'pixels', title: 'Pixels', tip: 'How many pixels have their middle inside: the area of the mask', of: ({ pixels }) => pixels },
    ...MEASURES.slice(1).map((one) => measure(one)),
    ...['Red', 'Green', 'Blue', 'Grey'].map((name, band) => ({
      id: `mean-${name.toLowerCase()}`,
      title: `Mean ${name.toLowerCase()}`,
      tip: `${name === 'Grey' ? 'A third of red, green and blue together' : name}, 0 to 255: the mean over the object’s pixels`,
      of: (/** @type {MeasuredObject} */ { color }) => color?.[band] ?? null,
    })),
  ];

  /** @param {typeof MEASURES[number]} one @returns {Column} */
  function measure({ name, title, square, tip }) {
    return { id: name, title: `${title} (${length}${square ? '²' : ''})`, tip, of: ({ inPixels, inUnits }) => (unit ? inUnits : inPixels)?.[name] ?? null };
  }
}

/**
 * As people read it: large numbers to a tenth, small ones to four digits.
 *
 * @param {string | number | null} value
 */
export function shownValue(value) {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return value.toLocaleString('en', Math.abs(value) >= 100 ? { maximumFractionDigits: 1 } : { maximumSignificantDigits: 4 });
}

/**
 * For a cell of a spreadsheet. A text that it would run as a formula begins with an apostrophe, as in the CSV.
 *
 * @param {string | number | null} value
 */
export function pastedValue(value) {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  const line = value.replace(/\s+/g, ' ').trim();
  return /^'*[=+\-@]/.test(line) ? `'${line}` : line;
}
