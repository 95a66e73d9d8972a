/**
 * How plain data with arrays in it crosses between JavaScript and Python: JSON, in which `{"$buffer": k}` stands for the k-th buffer, and
 * `{"$buffer": k, "begin": i, "end": j}` for some bytes of it, which begin where any number may.
 *
 * One string and a few buffers cross in microseconds, nulls stay nulls, and no proxy is left to be released.
 *
 * @module
 */

/** @typedef {{ json: string, buffers: (ArrayBuffer | ArrayBufferView<ArrayBuffer>)[] }} Packed */

/**
 * @param {unknown} value  plain data: objects, arrays, numbers, strings, booleans, null, buffers and typed arrays
 * @returns {Packed}
 */
export function pack(value) {
  /** @type {Packed['buffers']} */
  const buffers = [];
  const json = JSON.stringify(value, (_key, part) => {
    if (!(part instanceof ArrayBuffer || ArrayBuffer.isView(part))) return part;
    return { $buffer: buffers.push(/** @type {Packed['buffers'][number]} */ (part)) - 1 };
  });
  return { json, buffers };
}

/**
 * @param {Packed} packed
 * @returns {unknown}
 */
export function unpack({ json, buffers }) {
  return JSON.parse(json, (_key, part) => {
    if (typeof part?.$buffer !== 'number') return part;
    const whole = buffers[part.$buffer];
    return whole instanceof Uint8Array && part.end !== undefined ? whole.subarray(part.begin, part.end) : whole;
  });
}

/**
 * The buffers to hand over rather than copy when a value is posted.
 *
 * @param {Packed['buffers']} buffers
 * @returns {ArrayBuffer[]}
 */
export function transferable(buffers) {
  return [...new Set(buffers.map((part) => (part instanceof ArrayBuffer ? part : part.buffer)))];
}
