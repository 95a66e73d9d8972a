/**
 * Numbers and names as the page writes them.
 *
 * @module
 */

/** @import {EngineInfo, ExportKind, Point, Progress} from '../protocol.js' */
/** @import {Loading} from './store.js' */

const ENGLISH = 'en';

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

/** @param {number} ms */
export function duration(ms) {
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

/** @param {Pick<Point, 'x' | 'y'>} point  image pixels */
export function place({ x, y }) {
  return `${Math.round(x)}, ${Math.round(y)}`;
}

/**
 * A progress as one line, with its bytes if the sentence does not say them itself.
 *
 * @param {Progress} progress
 */
export function progressLine({ message, loaded, total }) {
  if (loaded === undefined || !total || /\d\s?MB/.test(message)) return message;
  const whole = total < 10e6 ? (total / 1e6).toFixed(1) : Math.round(total / 1e6);
  const part = total < 10e6 ? (loaded / 1e6).toFixed(1) : Math.round(loaded / 1e6);
  return `${message} (${part} of ${whole} MB)`;
}

/** @type {Record<string, string>} */
const FAMILIES = { sam1: 'SAM', sam2: 'SAM 2', edgesam: 'EdgeSAM', efficientsam: 'EfficientSAM' };

/** @param {string} family  as the catalogue has it; one that nobody knows here is shown as it is */
export function familyName(family) {
  return FAMILIES[family.replace(/^hf-/, '')] ?? FAMILIES[family.split('-')[0] ?? ''] ?? family;
}

/** @type {Record<ExportKind, string>} */
export const EXPORT_NAMES = { 'mask-png': 'Mask PNG', 'cutout-png': 'Cut-out PNG', svg: 'SVG outline' };
