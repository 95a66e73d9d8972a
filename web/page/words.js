/**
 * Numbers and names as the page writes them.
 *
 * @module
 */

/** @import {EngineInfo, ExportKind, Point, Progress} from '../protocol.js' */

const ENGLISH = 'en';

/** @param {number} bytes */
export function megabytes(bytes) {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString(ENGLISH)} MB`;
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

/** @type {Record<ExportKind, string>} */
export const EXPORT_NAMES = { 'mask-png': 'Mask PNG', 'cutout-png': 'Cut-out PNG', svg: 'SVG outline' };
