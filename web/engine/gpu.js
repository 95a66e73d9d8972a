/**
 * What all that is done on the GPU needs of WebGPU itself.
 *
 * @module
 */

/** WebGPU's own numbers, which TypeScript's library has no names for. */
export const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 };

/**
 * Write bytes to a buffer's beginning. The queue writes whole words: the last one is filled up with zeros.
 *
 * @param {GPUDevice} device
 * @param {GPUBuffer} buffer
 * @param {Uint8Array<ArrayBuffer>} data
 */
export function write({ queue }, buffer, data) {
  const whole = data.byteLength - (data.byteLength % 4);
  if (whole) queue.writeBuffer(buffer, 0, data, 0, whole);
  if (whole === data.byteLength) return;
  const rest = new Uint8Array(4);
  rest.set(data.subarray(whole));
  queue.writeBuffer(buffer, whole, rest);
}
