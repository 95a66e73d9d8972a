/**
 * Where the cells of the strip are: in one row that scrolls sideways, or in rows of as many as fit. All are equally large, so that
 * thousands of them cost no more than those that are seen.
 *
 * @module
 */

/** CSS pixels, gaps included. */
const CELL = { width: 112, height: 96 };
/** Drawn before and after those that are seen: what scrolls in is there already. CSS pixels. */
const AHEAD = 240;

/** @typedef {{ columns: number, cellWidth: number, cellHeight: number, width: number, height: number }} Layout  `columns` is Infinity for one row */

/**
 * @param {{ width: number, height: number }} room  what is seen at once
 * @param {boolean} inRows
 * @param {number} many  how many cells there are
 * @returns {Layout}
 */
export function layOut(room, inRows, many) {
  if (!inRows) {
    const cellHeight = Math.min(CELL.height, room.height);
    return { columns: Infinity, cellWidth: CELL.width, cellHeight, width: many * CELL.width, height: cellHeight };
  }
  const columns = Math.max(1, Math.floor(room.width / CELL.width));
  const cellWidth = Math.floor(room.width / columns);
  return { columns, cellWidth, cellHeight: CELL.height, width: room.width, height: Math.ceil(many / columns) * CELL.height };
}

/** @param {Layout} layout @param {number} index */
export function cellAt({ columns, cellWidth, cellHeight }, index) {
  const [row, column] = columns === Infinity ? [0, index] : [Math.floor(index / columns), index % columns];
  return { x: column * cellWidth, y: row * cellHeight };
}

/**
 * Which cells are to be drawn: from `first` up to, without, `end`.
 *
 * @param {Layout} layout
 * @param {{ left: number, top: number, width: number, height: number }} seen
 * @param {number} many
 */
export function cellsIn({ columns, cellWidth, cellHeight }, seen, many) {
  const [start, length, size, each] = columns === Infinity ? [seen.left, seen.width, cellWidth, 1] : [seen.top, seen.height, cellHeight, columns];
  const first = Math.max(0, Math.floor((start - AHEAD) / size)) * each;
  return { first: Math.min(first, many), end: Math.min(many, Math.ceil((start + length + AHEAD) / size) * each) };
}

/**
 * Between which cells a point is: what is dropped there comes before the one of this index.
 *
 * @param {Layout} layout
 * @param {{ x: number, y: number }} point
 * @param {number} many
 */
export function gapAt({ columns, cellWidth, cellHeight }, { x, y }, many) {
  const column = Math.max(0, Math.round(x / cellWidth));
  const index = columns === Infinity ? column : Math.max(0, Math.floor(y / cellHeight)) * columns + Math.min(column, columns);
  return Math.min(index, many);
}
