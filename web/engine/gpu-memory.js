/**
 * Counts what this worker has on the GPU, whoever made it: the runtime or we.
 *
 * @module
 */

let buffers = 0;
let bytes = 0;

/** Buffers that are there. @type {WeakSet<GPUBuffer>} */
const there = new WeakSet();

/** The runtime lets go of some without destroying them; they are gone when they are collected. @type {FinalizationRegistry<number>} */
const collected = new FinalizationRegistry(gone);

/** Count from now on; before the runtime makes its first buffer. */
export function countBuffers() {
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    buffers += 1;
    bytes += buffer.size;
    there.add(buffer);
    collected.register(buffer, buffer.size, buffer);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    if (there.delete(this)) {
      collected.unregister(this);
      gone(this.size);
    }
    return destroy.call(this);
  };
}

/** @param {number} size */
function gone(size) {
  buffers -= 1;
  bytes -= size;
}

/** @returns {{ buffers: number, bytes: number }} what is there now */
export const onTheGpu = () => ({ buffers, bytes });
