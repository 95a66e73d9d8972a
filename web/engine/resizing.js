/**
 * Resizes and normalises a picture on the GPU, into an encoder's input: its bytes cross, a quarter of the floats that would. Two passes, rows
 * after columns, with the weights that Python gives (tabsam/model/resizing.py).
 *
 * @module
 */

import { USAGE, write } from './gpu.js';

/** @typedef {import('./protocol.js').Picture} Picture */

const GROUP = 8;

const SIZES = `
struct Sizes { width: u32, height: u32, columns: u32, rows: u32, out_width: u32, out_height: u32, column_taps: u32, row_taps: u32, mean: vec4f, deviation: vec4f }
@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> starts: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
`;

/** Bytes R, G, B, R ... to floats, channel by channel, each row as long as the resized picture's. */
const COLUMNS = `${SIZES}
@group(0) @binding(3) var<storage, read> pixels: array<u32>;
@group(0) @binding(4) var<storage, read_write> between: array<f32>;

@compute @workgroup_size(${GROUP}, ${GROUP}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.columns || id.y >= sizes.height) { return; }
  var sum = 0.0;
  for (var tap = 0u; tap < sizes.column_taps; tap++) {
    let x = min(u32(starts[id.x]) + tap, sizes.width - 1u);
    let place = (id.y * sizes.width + x) * 3u + id.z;
    let grey = (pixels[place / 4u] >> (8u * (place % 4u))) & 255u;
    sum += weights[id.x * sizes.column_taps + tap] * f32(grey);
  }
  between[(id.z * sizes.height + id.y) * sizes.columns + id.x] = sum;
}`;

/** Those to the encoder's input; zeros where the picture does not reach. */
const ROWS = `${SIZES}
@group(0) @binding(3) var<storage, read> between: array<f32>;
@group(0) @binding(4) var<storage, read_write> made: array<f32>;

@compute @workgroup_size(${GROUP}, ${GROUP}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.out_width || id.y >= sizes.out_height) { return; }
  var value = 0.0;
  if (id.x < sizes.columns && id.y < sizes.rows) {
    var sum = 0.0;
    for (var tap = 0u; tap < sizes.row_taps; tap++) {
      let y = min(u32(starts[id.y]) + tap, sizes.height - 1u);
      sum += weights[id.y * sizes.row_taps + tap] * between[(id.z * sizes.height + y) * sizes.columns + id.x];
    }
    value = (sum - sizes.mean[id.z]) / sizes.deviation[id.z];
  }
  made[(id.z * sizes.out_height + id.y) * sizes.out_width + id.x] = value;
}`;

export class Resizer {
  /** @type {Promise<[GPUComputePipeline, GPUComputePipeline]> | undefined} */
  #pipelines;
  #device;
  #create;

  /**
   * @param {GPUDevice} device
   * @param {(size: number, usage: number) => GPUBuffer} create  makes a buffer, and will know whether there was room
   */
  constructor(device, create) {
    this.#device = device;
    this.#create = create;
  }

  /**
   * Fill a buffer, and be done with a picture's bytes; the work goes on in the GPU's own order.
   *
   * @param {Picture} picture
   * @param {readonly number[]} dims  1, 3, height and width of what is made
   * @param {GPUBuffer} made
   */
  async fill({ pixels, size: [height, width], content: [rows, columns], rows: down, columns: across, mean, std }, dims, made) {
    const [, , outHeight = 0, outWidth = 0] = dims;
    this.#pipelines ??= this.#compile();
    const [columnsPass, rowsPass] = await this.#pipelines;
    const columnTaps = across.weights.byteLength / 4 / columns;
    const rowTaps = down.weights.byteLength / 4 / rows;
    const sizes = new ArrayBuffer(64);
    new Uint32Array(sizes).set([width, height, columns, rows, outWidth, outHeight, columnTaps, rowTaps]);
    new Float32Array(sizes).set([...mean, 0, ...std, 1], 8);
    const about = this.#written(new Uint8Array(sizes), USAGE.UNIFORM);
    const [bytes, starts, weights] = [pixels, across.starts, across.weights].map((data) => this.#written(data));
    const [rowStarts, rowWeights] = [down.starts, down.weights].map((data) => this.#written(data));
    const between = this.#create(3 * 4 * height * columns, USAGE.STORAGE);
    const commands = this.#device.createCommandEncoder();
    this.#pass(commands, columnsPass, [about, starts, weights, bytes, between], columns, height);
    this.#pass(commands, rowsPass, [about, rowStarts, rowWeights, between, made], outWidth, outHeight);
    this.#device.queue.submit([commands.finish()]);
    for (const buffer of [about, bytes, starts, weights, rowStarts, rowWeights, between]) buffer?.destroy(); // the GPU keeps them until it has done
  }

  async #compile() {
    const compile = (/** @type {string} */ code) =>
      this.#device.createComputePipelineAsync({ layout: 'auto', compute: { module: this.#device.createShaderModule({ code }), entryPoint: 'main' } });
    return Promise.all([compile(COLUMNS), compile(ROWS)]);
  }

  /**
   * @param {GPUCommandEncoder} commands
   * @param {GPUComputePipeline} pipeline
   * @param {(GPUBuffer | undefined)[]} buffers
   * @param {number} width
   * @param {number} height
   */
  #pass(commands, pipeline, buffers, width, height) {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer: /** @type {GPUBuffer} */ (buffer) } }));
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(width / GROUP), Math.ceil(height / GROUP), 3);
    pass.end();
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} data
   * @param {number} [usage]
   */
  #written(data, usage = USAGE.STORAGE) {
    const buffer = this.#create(Math.ceil(data.byteLength / 4) * 4, usage | USAGE.COPY_DST);
    write(this.#device, buffer, data);
    return buffer;
  }
}
