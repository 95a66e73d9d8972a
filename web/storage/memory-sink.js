/**
 * Bytes that are kept in memory, where there is nowhere else.
 *
 * @module
 */

/** Where nobody said how large it will be. Bytes. */
const GUESS = 1 << 20;

export class MemorySink {
  /** @param {number} [expected]  bytes */
  constructor(expected = GUESS) {
    this.size = 0;
    this.lasting = false;
    this.buffer = new Uint8Array(expected);
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  append(chunk) {
    const needed = this.size + chunk.byteLength;
    if (needed > this.buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.byteLength * 2));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.size);
    this.size = needed;
  }

  /** @param {(chunk: Uint8Array<ArrayBuffer>) => void} take */
  readInto(take) {
    take(this.buffer.subarray(0, this.size));
  }

  reset() {
    this.size = 0;
  }

  /** @returns {ArrayBuffer} all that is there; not to be written to afterwards */
  contents() {
    const { buffer } = this.buffer;
    return this.size === buffer.byteLength ? buffer : buffer.slice(0, this.size);
  }
}
