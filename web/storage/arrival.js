/**
 * What has come of a file: a sink with the digest of what is in it.
 *
 * @module
 */

import { failure } from '../errors.js';
import { Setback } from './answers.js';

/**
 * @typedef {import('./connection.js').Mirror} Mirror
 * @typedef {import('./download.js').Sink} Sink
 * @typedef {import('./download.js').Source} Source
 */

export class Arrival {
  /**
   * @param {Source} source
   * @param {Sink} sink
   * @param {import('hash-wasm').IHasher} hash
   * @param {Mirror} [mirror]  where what is there came from
   */
  constructor(source, sink, hash, mirror) {
    this.source = source;
    this.sink = sink;
    this.hash = hash;
    /** Where all of it came from; null where it is put together. @type {Mirror | null} */
    this.mirror = mirror ?? null;
    // Without either nothing would tell that the beginning is of an older file than the end.
    const isKnown = source.sha256 !== undefined || mirror !== undefined;
    if (!isKnown || sink.size > (source.bytes ?? Infinity)) sink.reset();
    sink.readInto((chunk) => hash.update(chunk));
    /** The most that was ever there: more is progress. */
    this.most = sink.size;
    // As long as it should be, and something else: damaged on an earlier visit.
    if (sink.size === source.bytes && !this.isRight()) this.reset();
  }

  get size() {
    return this.sink.size;
  }

  isWhole() {
    return this.size > 0 && this.size === this.source.bytes;
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  append(chunk) {
    this.sink.append(chunk);
    this.hash.update(chunk);
    this.most = Math.max(this.most, this.size);
  }

  reset() {
    this.sink.reset();
    this.hash.init();
    this.mirror = null;
  }

  /** @param {Mirror} mirror */
  begin(mirror) {
    this.reset();
    this.mirror = mirror;
  }

  digest() {
    const state = this.hash.save();
    const digest = this.hash.digest('hex');
    this.hash.load(state); // a digest ends a hash; it may be asked for again
    return digest;
  }

  isRight() {
    return !this.source.sha256 || this.digest() === this.source.sha256;
  }

  /**
   * What is there is not the file: throw it away.
   *
   * @param {Mirror} mirror
   * @returns {Setback}
   */
  refuse({ url }) {
    const { bytes, sha256 } = this.source;
    const details = `${url}: ${this.size} bytes, ${bytes ?? 'an unknown number'} expected; SHA-256 ${this.digest()}, ${sha256 ?? 'none'} expected`;
    this.reset();
    const error = failure(
      'model-digest',
      'What was downloaded is not the model that was asked for: its digest differs.',
      'Try again; if it stays so, the file has changed where it comes from.',
      details,
    );
    return new Setback(error, 1);
  }
}
