/**
 * Buffers of our own on the GPU, for what a session is fed and what it answers. They are made once for a shape, written by the queue and
 * read by one map: the runtime makes, fills and reads one after the other with every run, which costs more than a click's own arithmetic.
 *
 * @module
 */

import { USAGE, write } from './gpu.js';
import { Resizer } from './resizing.js';

/**
 * @typedef {typeof import('onnxruntime-web')} Ort
 * @typedef {import('onnxruntime-web').Tensor} OrtTensor
 * @typedef {import('./protocol.js').Values} Values
 * @typedef {import('./protocol.js').Zeros} Zeros
 * @typedef {import('./protocol.js').Resized} Resized
 *
 * @typedef {{ buffer: GPUBuffer, tensor: OrtTensor }} Held
 * @typedef {{ name: string, dtype: string, dims: number[], begin: number, bytes: number }} Part  where a tensor lies in what is read
 * @typedef {{ outputs: Record<string, OrtTensor>, parts: Part[], buffers: GPUBuffer[], staging: GPUBuffer }} Answer
 */

/** What stays on the GPU between the runs. Of other types the runtime wants to see the numbers itself, on the processor. */
const BYTES = /** @type {const} */ ({ float32: 4, float16: 2 });

/** So many shapes of one session's inputs, and of its answers, keep their buffers: the last that were used. */
const INPUTS = 24;
const ANSWERS = 8;
/** Larger answers (more than 16 objects, or finer masks, in one run) are made by the runtime: held, they would cost more memory than they save time. Bytes. */
const LARGEST = 24 << 20;

export class GpuBuffers {
  #resizer;
  /** By name, type and shape. @type {Map<string, Held>} */
  #inputs = new Map();
  /** By the shapes of all that was fed, and what was asked for. @type {Map<string, Answer>} */
  #answers = new Map();
  /** What the device says of buffers that were asked for since somebody looked. @type {Promise<GPUError | null>[]} */
  #asked = [];
  #ort;
  #device;

  /**
   * @param {Ort} ort
   * @param {GPUDevice} device  the runtime's
   */
  constructor(ort, device) {
    this.#ort = ort;
    this.#device = device;
    this.#resizer = new Resizer(device, (size, usage) => this.#create(size, usage));
  }

  /**
   * Put numbers into a buffer that is there for them; only before the next run, since that run's are in the same buffer.
   *
   * @param {string} name  of the input
   * @param {Values | Zeros | Resized} values
   * @returns {Promise<OrtTensor | null>}  null where the runtime should make it
   */
  async put(name, values) {
    const { dtype, dims } = values;
    if (!isHeld(dtype)) return null;
    const key = [name, dtype, dims, 'zeros' in values].join(' ');
    const held = this.#inputs.get(key) ?? this.#made(dtype, dims);
    remember(this.#inputs, key, held, INPUTS, ({ buffer }) => buffer.destroy());
    if ('data' in values) write(this.#device, held.buffer, values.data);
    if ('picture' in values) await this.#resizer.fill(values.picture, dims, held.buffer);
    // zeros: a new buffer is all zeros, and nothing else is ever written into it
    return held.tensor;
  }

  /**
   * A buffer, and the tensor in it, which takes the buffer along when it is disposed of.
   *
   * @param {keyof typeof BYTES} dtype
   * @param {number[]} dims
   * @returns {Held}
   */
  #made(dtype, dims) {
    const buffer = this.#create(roomFor(bytesOf(dtype, dims)), USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST);
    return { buffer, tensor: this.#ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims, dispose: () => buffer.destroy() }) };
  }

  /**
   * @param {number} size
   * @param {number} usage
   */
  #create(size, usage) {
    this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer({ size, usage });
    this.#asked.push(this.#device.popErrorScope());
    return buffer;
  }

  /**
   * Put numbers into a buffer of their own, to be fed with many runs: it is given back when its tensor is disposed of.
   *
   * @param {Values | Zeros} values
   * @returns {Promise<OrtTensor | null>}  null where the runtime should make it: of other types, and where there is no room
   */
  async hold(values) {
    const { dtype, dims } = values;
    if (!isHeld(dtype)) return null;
    const { buffer, tensor } = this.#made(dtype, dims);
    const error = await this.#asked.pop(); // what was asked for before is the next run's to look at
    if (error) {
      tensor.dispose();
      return null;
    }
    if ('data' in values) write(this.#device, buffer, values.data); // a new buffer is all zeros
    return tensor;
  }

  /** Whether there was room for all of it. */
  async fits() {
    const errors = await Promise.all(this.#asked.splice(0));
    return errors.every((error) => error === null);
  }

  /**
   * Where the runtime may write its answer to feeds of these shapes.
   *
   * @param {string} key  `shapesOf` what is fed
   * @returns {Answer | undefined}  undefined until one such answer has been seen
   */
  answer(key) {
    const answer = this.#answers.get(key);
    if (answer) remember(this.#answers, key, answer, ANSWERS, destroy);
    return answer;
  }

  /**
   * Learn from an answer that the runtime has made how the next one of its kind will look.
   *
   * @param {string} key
   * @param {Readonly<Record<string, OrtTensor>>} results
   */
  learn(key, results) {
    let size = 0;
    /** @type {Part[]} */
    const parts = [];
    for (const [name, { type, dims }] of Object.entries(results)) {
      if (!isHeld(type)) return;
      const bytes = bytesOf(type, dims);
      parts.push({ name, dtype: type, dims: [...dims], begin: size, bytes });
      size += roomFor(bytes);
    }
    if (size > LARGEST || parts.some(({ bytes }) => bytes === 0)) return;
    const made = parts.map(({ dtype, dims }) => this.#made(/** @type {keyof typeof BYTES} */ (dtype), dims));
    const outputs = Object.fromEntries(parts.map(({ name }, index) => [name, /** @type {Held} */ (made[index]).tensor]));
    const staging = this.#create(size, USAGE.COPY_DST | USAGE.MAP_READ);
    remember(this.#answers, key, { outputs, parts, buffers: made.map(({ buffer }) => buffer), staging }, ANSWERS, destroy);
  }

  /**
   * Read an answer that a run has written: all of its tensors by one map.
   *
   * @param {Answer} answer
   * @returns {Promise<Record<string, Values>>}  parts of one buffer of its own, which can be transferred
   */
  async read({ parts, buffers, staging }) {
    const bytes = await mapped(this.#device, buffers, staging);
    return Object.fromEntries(parts.map(({ name, dtype, dims, begin, bytes: count }) => [name, { dtype, dims, data: new Uint8Array(bytes, begin, count) }]));
  }

  /** Give all of it back. The session must have been released. */
  destroy() {
    for (const { buffer } of this.#inputs.values()) buffer.destroy();
    for (const answer of this.#answers.values()) destroy(answer);
    this.#inputs.clear();
    this.#answers.clear();
  }
}

/**
 * What two runs must have in common for their answers to look alike.
 *
 * @param {Readonly<Record<string, OrtTensor>>} feeds
 * @param {readonly string[]} outputs
 */
export function shapesOf(feeds, outputs) {
  return [...Object.entries(feeds).map(([name, { type, dims }]) => `${name} ${type} ${dims}`), ...outputs].join('; ');
}

/**
 * Copy a tensor's bytes out of its buffer, and leave it there: the runtime's own reading takes it off the GPU, and it would be sent there again with
 * each run.
 *
 * @param {GPUDevice} device
 * @param {OrtTensor} tensor  on the GPU
 * @returns {Promise<Values | null>}  null for types that do not stay there
 */
export async function copyFromGpu(device, { type, dims, gpuBuffer }) {
  if (!isHeld(type)) return null;
  const bytes = bytesOf(type, dims);
  const size = Math.ceil(bytes / 4) * 4;
  const staging = device.createBuffer({ size, usage: USAGE.COPY_DST | USAGE.MAP_READ });
  const copy = await mapped(device, [/** @type {GPUBuffer} */ (gpuBuffer)], staging, size);
  staging.destroy();
  return { dtype: type, dims: [...dims], data: new Uint8Array(copy, 0, bytes) };
}

/**
 * Copy buffers, one behind the other, into one that can be mapped, and read that.
 *
 * @param {GPUDevice} device
 * @param {GPUBuffer[]} buffers
 * @param {GPUBuffer} staging
 * @param {number} [most]  bytes of each; all where it is left out
 */
async function mapped(device, buffers, staging, most = Infinity) {
  const commands = device.createCommandEncoder();
  let begin = 0;
  for (const buffer of buffers) {
    const size = Math.min(buffer.size, most);
    commands.copyBufferToBuffer(buffer, 0, staging, begin, size);
    begin += size;
  }
  device.queue.submit([commands.finish()]);
  await staging.mapAsync(USAGE.MAP_READ); // GPUMapMode.READ is the same number
  const bytes = staging.getMappedRange().slice(0);
  staging.unmap();
  return bytes;
}

/** @param {Answer} answer */
function destroy({ buffers, staging }) {
  for (const buffer of [...buffers, staging]) buffer.destroy();
}

/**
 * Make something the last that was used, and let go of the first.
 *
 * @template T
 * @param {Map<string, T>} map
 * @param {string} key
 * @param {T} value
 * @param {number} most
 * @param {(value: T) => void} letGo
 */
function remember(map, key, value, most, letGo) {
  map.delete(key);
  map.set(key, value);
  for (const [oldest, other] of map) {
    if (map.size <= most) break;
    map.delete(oldest);
    letGo(other);
  }
}

/**
 * @param {string} dtype
 * @returns {dtype is keyof typeof BYTES}
 */
function isHeld(dtype) {
  return dtype in BYTES;
}

/**
 * @param {keyof typeof BYTES} dtype
 * @param {readonly number[]} dims
 */
function bytesOf(dtype, dims) {
  return dims.reduce((product, axis) => product * axis, BYTES[dtype]);
}

/** The runtime wants buffers of whole 16 bytes. @param {number} bytes */
function roomFor(bytes) {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}
