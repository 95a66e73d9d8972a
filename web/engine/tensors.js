/**
 * Tensors as they cross between threads (bytes, shape, dtype) and as onnxruntime-web holds them. Every dtype crosses exactly.
 *
 * @module
 */

import { failure } from '../errors.js';

/**
 * @typedef {typeof import('onnxruntime-web')} Ort
 * @typedef {import('onnxruntime-web').Tensor} OrtTensor
 * @typedef {import('./protocol.js').Values} Values
 */

/** onnxruntime-web takes float16 as Float16Array where there is one, else as the bits in a Uint16Array. */
const Float16 = /** @type {Uint16ArrayConstructor} */ (/** @type {unknown} */ (Reflect.get(globalThis, 'Float16Array') ?? Uint16Array));

const VIEWS = /** @type {const} */ ({
  float32: Float32Array,
  float16: Float16,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
});

/**
 * @param {string} dtype
 * @returns {dtype is keyof typeof VIEWS}
 */
function isKnown(dtype) {
  return dtype in VIEWS;
}

/**
 * @param {Ort} ort
 * @param {Values} values
 * @returns {OrtTensor}
 */
export function toTensor(ort, { dtype, dims, data }) {
  if (!isKnown(dtype)) throw failure('tensor-dtype', `Numbers of type ${dtype} cannot be given to a model here.`, '');
  const View = VIEWS[dtype];
  const view = new View(data.buffer, data.byteOffset, data.byteLength / View.BYTES_PER_ELEMENT);
  return new ort.Tensor(/** @type {'float32'} */ (dtype), /** @type {Float32Array} */ (/** @type {unknown} */ (view)), dims);
}

/**
 * Read a tensor back, wherever it is, and let the runtime free it.
 *
 * @param {OrtTensor} tensor
 * @returns {Promise<Values>} with a buffer of its own, that can be transferred
 */
export async function fromTensor(tensor) {
  const view = await viewOf(tensor);
  const whole = view.byteLength === view.buffer.byteLength && view.buffer instanceof ArrayBuffer;
  const data = whole ? new Uint8Array(view.buffer) : view.slice();
  const values = { dtype: tensor.type, dims: [...tensor.dims], data };
  tensor.dispose();
  return values;
}

/**
 * Read a tensor back, wherever it is, and leave it there.
 *
 * @param {OrtTensor} tensor
 * @returns {Promise<Values>} with a buffer of its own
 */
export async function copyOf(tensor) {
  return { dtype: tensor.type, dims: [...tensor.dims], data: (await viewOf(tensor)).slice() };
}

/**
 * @param {OrtTensor} tensor
 * @returns {Promise<Uint8Array<ArrayBuffer>>} its bytes, perhaps in the runtime's own heap
 */
async function viewOf(tensor) {
  if (!isKnown(tensor.type)) throw failure('tensor-dtype', `The model answers with numbers of type ${tensor.type}, which are not read here.`, '');
  const { buffer, byteOffset, byteLength } = /** @type {Float32Array<ArrayBuffer>} */ (await tensor.getData());
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * A tensor of zeros, one wherever an axis is free.
 *
 * @param {Ort} ort
 * @param {Pick<import('./protocol.js').Spec, 'dtype' | 'shape'>} spec
 * @returns {OrtTensor}
 */
export function zeros(ort, { dtype, shape }) {
  const dims = shape.map((axis) => (typeof axis === 'number' ? axis : 1));
  const count = dims.reduce((product, axis) => product * axis, 1);
  const bytes = isKnown(dtype) ? VIEWS[dtype].BYTES_PER_ELEMENT : 0;
  return toTensor(ort, { dtype, dims, data: new Uint8Array(count * bytes) });
}
