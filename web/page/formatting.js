/**
 * Numbers and names as the page writes them.
 *
 * @module
 */

/** @import {Category, EngineInfo, ExportKind, ObjectInfo, Point, Progress} from '../protocol.js' */
/** @import {Loading} from './state/store.js' */

const ENGLISH = 'en';

/**
 * What a listed picture is called.
 *
 * @param {{ name: string, page: number | null }} picture
 */
export const pictureTitle = ({ name, page }) => (page === null ? name : `${name}, page ${page + 1}`);

/** @param {number} bytes */
export function megabytes(bytes) {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString(ENGLISH)} MB`;
}

/**
 * Of a file or a storage, in the unit that suits it.
 *
 * @param {number} bytes
 */
export function byteSize(bytes) {
  if (bytes < 1e5) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? megabytes(bytes) : `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * Bytes of bytes, in the unit of the whole: '34 of 156 MB'.
 *
 * @param {number} part
 * @param {number} whole
 */
export function partOf(part, whole) {
  const [size, unit] = byteSize(whole).split(' ');
  const value = part / ({ kB: 1e3, MB: 1e6, GB: 1e9 }[unit ?? ''] ?? 1);
  return `${size?.includes('.') ? value.toFixed(1) : Math.floor(value).toLocaleString(ENGLISH)} of ${size} ${unit}`;
}

/**
 * How far a model is: '34 of 156 MB, 12 MB/s, 10 s left', or in words what is done where there is nothing to count.
 *
 * @param {Pick<Loading, 'progress' | 'speed'>} loading
 */
export function loadingLine({ progress, speed }) {
  if (!progress) return 'Starting';
  const { loaded, total, message } = progress;
  if (loaded && !total) return `${message}, ${byteSize(loaded)}`;
  if (loaded === undefined || !total) return message;
  const left = total - loaded;
  if (speed === null || left <= 0) return partOf(loaded, total);
  return `${partOf(loaded, total)}, ${speed > 0 ? `${byteSize(speed)}/s, ${timeLeft(left / speed)} left` : 'waiting for the network'}`;
}

/** @param {number} seconds */
function timeLeft(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** @param {string} url */
export function hostOf(url) {
  return new URL(url, location.href).host;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 0.5) return 'less than 1 ms';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** @param {{ width: number, height: number }} size */
export function pixels({ width, height }) {
  return `${width} × ${height} px`;
}

/** @param {number} scale  CSS pixels per image pixel */
export function percent(scale) {
  return `${Math.round(scale * 100)} %`;
}

/** @param {EngineInfo} info */
export function providerName({ provider, threads }) {
  if (provider === 'webgpu') return 'WebGPU';
  return `WASM, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/**
 * @param {string} credit
 * @param {string} licence  an SPDX name, which must not break at its hyphen
 */
export function creditLine(credit, licence) {
  return `${credit}, ${licence.replaceAll('-', '\u2011')}`;
}

/** @param {0 | 1} label */
export function labelName(label) {
  return label === 1 ? 'Foreground' : 'Background';
}

/**
 * The pixel that a point lies in, counted from 0 at the top left; its middle is half a pixel further.
 *
 * @param {Pick<Point, 'x' | 'y'>} point  image pixels
 */
export function place({ x, y }) {
  return `${Math.floor(x)}, ${Math.floor(y)}`;
}

/**
 * The same with the fraction, and said what it counts.
 *
 * @param {Pick<Point, 'x' | 'y'>} point  image pixels
 */
export function exactPlace(point) {
  const { x, y } = point;
  return `Pixel ${place(point)}, counted from 0 at the top left; exactly ${x.toFixed(1)}, ${y.toFixed(1)} (a pixel’s middle is at .5)`;
}

/**
 * A progress as one line, with its bytes if the sentence does not say them itself.
 *
 * @param {Progress} progress
 */
export function progressLine({ stage, message, loaded, total }) {
  if (stage === 'find' || stage === 'import' || stage === 'export') return total ? `${message} (${loaded ?? 0} of ${total})` : message;
  if (loaded === undefined || !total || /\d\s?MB/.test(message)) return message;
  return `${message} (${inMegabytes(loaded, total)} of ${inMegabytes(total, total)} MB)`;
}

/**
 * Whether a progress reads as done. Its last word may come late: who passes it on may be busy.
 *
 * @param {Pick<Progress, 'loaded' | 'total'>} progress
 */
export function isDone({ loaded, total }) {
  return loaded !== undefined && total !== undefined && inMegabytes(loaded, total) === inMegabytes(total, total);
}

/**
 * @param {number} bytes
 * @param {number} total  which says how finely
 */
function inMegabytes(bytes, total) {
  return total < 10e6 ? (bytes / 1e6).toFixed(1) : String(Math.round(bytes / 1e6));
}

/** @type {Record<string, string>} */
const FAMILIES = { sam1: 'SAM', sam2: 'SAM 2', edgesam: 'EdgeSAM', efficientsam: 'EfficientSAM' };

/** @param {string} family  as the catalogue has it; one that nobody knows here is shown as it is */
export function familyName(family) {
  return FAMILIES[family.replace(/^hf-/, '')] ?? FAMILIES[family.split('-')[0] ?? ''] ?? family;
}

/** @type {Record<ExportKind, string>} */
export const EXPORT_NAMES = { 'mask-png': 'Mask PNG', 'cutout-png': 'Cut-out PNG', svg: 'SVG outline' };

/**
 * What an object is called: by the person, or by its class and its number ("cup 3"). That counts all objects of the picture in the order
 * in which they were made, and is no other's: the name does not change when another object goes.
 *
 * @param {Pick<ObjectInfo, 'id' | 'name' | 'category'>} object
 * @param {readonly Category[]} categories
 */
export function objectName({ id, name, category }, categories) {
  return name || `${categories.find((one) => one.id === category)?.name ?? 'object'} ${id}`;
}

/** @param {number} size  square image pixels */
export function areaOf(size) {
  return `${Math.round(size).toLocaleString(ENGLISH)}\u00a0px`;
}

/**
 * A number of things: '1 object', '12 objects'.
 *
 * @param {number} n
 * @param {string} one
 */
export function count(n, one) {
  return `${n.toLocaleString(ENGLISH)} ${n === 1 ? one : /(s|x|sh|ch)$/.test(one) ? `${one}es` : `${one}s`}`;
}
