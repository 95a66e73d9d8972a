/**
 * Which of onnxruntime-web's builds runs on WebGPU here: the faster needs WebAssembly that can wait for a promise.
 *
 * @module
 */

export const WEBGPU_BUILD = 'Suspending' in WebAssembly ? 'jspi' : 'asyncify';
