/**
 * What the app worker and an engine worker say to each other.
 *
 * @module
 */

/**
 * @typedef {'jspi' | 'asyncify' | 'wasm'} Build  which of onnxruntime-web's builds
 * @typedef {'webgpu' | 'wasm'} Provider
 * @typedef {'all' | 'disabled'} Optimisation  of the graph, by onnxruntime-web; raw SAM 2 encoders load only without
 *
 * @typedef {{ urls: string[], bytes?: number, sha256?: string, parts?: { urls: string[], bytes: number, sha256: string }[],
 *   data?: (ModelFile & { name: string })[] }} ModelFile
 *   Mirrors of one file, absolute addresses; or parts that make it up, in order. `sha256` is of the whole; where it is not stated, the
 *   first that comes is pinned. `data` are the files that a graph keeps its weights in, by the names that it has for them.
 * @typedef {{ path: string, data: ArrayBuffer }} Weights  a file that a graph keeps weights in, by the name that it has for it
 * @typedef {{ name: string, dtype: string, shape: (number | string)[] }} Spec
 * @typedef {{ session: number, inputs: Spec[], outputs: Spec[], resizes: boolean }} LoadedSession  `resizes`: it takes a picture for an input
 * @typedef {{ build: Build, provider: Provider, threads: number, optimisation: Optimisation, encoder: ModelFile | null, decoder: ModelFile }} StartPlan
 *   Without an encoder pictures come with their embeddings, which are put in by `hold`.
 * @typedef {{ encoder: LoadedSession | null, decoder: LoadedSession, modelBytes: number, stored: boolean, notices: string[] }} Started
 *   The encoder keeps its outputs, as handles; the decoder's are read back.
 *
 * @typedef {{ dtype: string, dims: number[], data: Uint8Array<ArrayBuffer> }} Values  a tensor's bytes, little-endian
 * @typedef {{ handle: number }} Kept  a tensor that stays in the engine
 * @typedef {{ dtype: string, dims: number[], zeros: true }} Zeros  a tensor of zeros, which the engine makes itself
 * @typedef {{ dtype: string, dims: number[], picture: Picture }} Resized  a tensor that the engine makes of a picture
 * @typedef {Values | Kept | Zeros | Resized} WireTensor
 * @typedef {{ pixels: Uint8Array<ArrayBuffer>, size: [number, number], content: [number, number], rows: Weighing, columns: Weighing,
 *   mean: number[], std: number[] }} Picture
 *   Bytes R, G, B, R ...; its height and width, and those that it is brought to; what is taken away from a grey level, and what that is divided by.
 * @typedef {{ starts: Uint8Array<ArrayBuffer>, weights: Uint8Array<ArrayBuffer> }} Weighing
 *   Of one axis: int32, the first pixel for each that is made; float32, the weights of that and those after it.
 * @typedef {{ buffers: number, bytes: number }} GpuMemory  all that an engine has on the GPU
 */

/**
 * @typedef {{
 *   start: { params: StartPlan, result: Started },
 *   load: { params: { build: Build, threads: number }, result: null },
 *   open: { params: { bytes: ArrayBuffer, data?: Weights[], provider: Provider, keep: boolean, optimisation?: Optimisation }, result: LoadedSession },
 *   warm: { params: { sessions: number[] }, result: null },
 *   run: { params: { session: number, feeds: Record<string, WireTensor>, outputs: string[] }, result: Record<string, WireTensor> },
 *   hold: { params: { session: number, tensors: Record<string, Values | Zeros> }, result: Record<string, Kept> },
 *   read: { params: Kept, result: Values },
 *   memory: { params: null, result: GpuMemory },
 *   release: { params: { handles: number[] }, result: null },
 *   close: { params: { session: number }, result: null },
 * }} Operations
 * @typedef {keyof Operations} Operation
 *   `hold` takes tensors that a session has made another day, and gives their handles, as if it had just made them.
 *   `start` does at once what an engine is for: the runtime is loaded while the model is read, then both sessions are opened. One
 *   request, since whoever asks may be too busy starting Python to send a second. `load` and `open` are its parts.
 */

/**
 * @template {Operation} O
 * @typedef {{ id: number, op: O, params: Operations[O]['params'] }} EngineRequest
 */

/**
 * @typedef {{ message: string, loaded?: number, total?: number }} EngineProgress  bytes
 * @typedef {{ id: number, result: unknown } | { id: number, error: import('../protocol.js').Failure }
 *   | { id: number, progress: EngineProgress } | { id: number, begun: true } | { lost: string }} EngineReply
 *   A run is said to have `begun` when its turn has come.
 *   `lost` comes unasked: the GPU is gone and with it everything in this engine.
 */

export {};
