/**
 * Where the picture lies on the stage. Pure arithmetic between two frames: image pixels, and CSS pixels from the stage's
 * top-left corner.
 *
 * @module
 */

/**
 * @typedef {{ x: number, y: number }} Spot
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ scale: number, x: number, y: number, fitted: boolean }} Viewport
 *   `scale` is CSS pixels per image pixel; `x`, `y` is the picture's top-left corner in stage pixels. `fitted` says that nobody
 *   has zoomed or panned since it was fitted, so that it may follow when the stage changes size.
 */

const MAX_SCALE = 64;
const PADDING = 24;
/** This much of the picture, in CSS pixels, always stays on the stage. */
const KEEP = 64;

/**
 * The whole picture, centred.
 *
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Viewport}
 */
export function fitted(picture, stage) {
  const padding = Math.min(PADDING, stage.width / 16, stage.height / 16);
  const scale = fitScale(picture, { width: stage.width - 2 * padding, height: stage.height - 2 * padding });
  return { ...centred(picture, stage, scale), fitted: true };
}

/**
 * At this scale, centred on the stage.
 *
 * @param {Size} picture
 * @param {Size} stage
 * @param {number} scale
 * @returns {Viewport}
 */
function centred(picture, stage, scale) {
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2, fitted: false };
}

/**
 * @param {Viewport} viewport
 * @param {Spot} at  stage pixels; what lies there stays there
 * @param {number} factor
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Viewport}
 */
export function zoomed(viewport, at, factor, picture, stage) {
  const least = Math.min(1, fitScale(picture, stage)) / 4;
  const scale = Math.min(MAX_SCALE, Math.max(least, viewport.scale * factor));
  const { x, y } = toImage(viewport, at);
  return kept({ scale, x: at.x - x * scale, y: at.y - y * scale, fitted: false }, picture, stage);
}

/**
 * @param {Viewport} viewport
 * @param {number} dx  stage pixels
 * @param {number} dy
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Viewport}
 */
export function panned(viewport, dx, dy, picture, stage) {
  return kept({ ...viewport, x: viewport.x + dx, y: viewport.y + dy, fitted: false }, picture, stage);
}

/**
 * On a stage that has changed its size: fitted again if it was, else where it is.
 *
 * @param {Viewport} viewport
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Viewport}
 */
export function resized(viewport, picture, stage) {
  return viewport.fitted ? fitted(picture, stage) : kept(viewport, picture, stage);
}

/**
 * @param {Viewport} viewport
 * @param {Spot} spot  image pixels
 * @returns {Spot}  stage pixels
 */
export function toStage({ scale, x, y }, spot) {
  return { x: x + spot.x * scale, y: y + spot.y * scale };
}

/**
 * @param {Viewport} viewport
 * @param {Spot} spot  stage pixels
 * @returns {Spot}  image pixels
 */
export function toImage({ scale, x, y }, spot) {
  return { x: (spot.x - x) / scale, y: (spot.y - y) / scale };
}

/**
 * @param {Spot} spot  image pixels
 * @param {Size} picture
 */
export function isInside({ x, y }, { width, height }) {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/**
 * The nearest spot of the picture.
 *
 * @param {Spot} spot  image pixels
 * @param {Size} picture
 * @returns {Spot}
 */
export function clamped({ x, y }, { width, height }) {
  return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
}

/**
 * @param {Size} picture
 * @param {Size} stage
 */
function fitScale(picture, stage) {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  return Math.min(MAX_SCALE, Math.max(scale, 1e-3));
}

/**
 * @param {Viewport} viewport
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Viewport}
 */
function kept(viewport, picture, stage) {
  return {
    ...viewport,
    x: keptAxis(viewport.x, picture.width * viewport.scale, stage.width),
    y: keptAxis(viewport.y, picture.height * viewport.scale, stage.height),
  };
}

/**
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function keptAxis(start, length, room) {
  const keep = Math.min(KEEP, length, room);
  return Math.min(room - keep, Math.max(keep - length, start));
}
