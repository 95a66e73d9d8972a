/**
 * What the page and the app worker say to each other: the one list of methods, with their params and results.
 *
 * Both ends are type-checked against these types. Plain data only; big buffers are transferred. Coordinates are pixels of
 * the picture (EXIF orientation applied), x to the right, y down, (0, 0) the outer corner of the top-left pixel.
 *
 * @module
 */

/**
 * @typedef {{ code: string, message: string, hint: string, details?: string }} Failure
 *   What went wrong, for a person: what happened, and what to do next. `code` is stable; `details` is for a bug report.
 *
 * @typedef {'python' | 'model' | 'provider' | 'file' | 'encode' | 'decode'} Stage
 * @typedef {{ stage: Stage, message: string, loaded?: number, total?: number, view?: View, preview?: ArrayBuffer }} Progress
 *   `message` is a sentence for the status line. `loaded` and `total` are bytes. `view` comes as soon as Python's state
 *   has changed, before the model has answered. `preview` is a PNG of a picture that the browser cannot show itself.
 *
 * @typedef {{ vertices: Float32Array, offsets: Uint32Array }} Outline
 *   Closed rings, one after another: `vertices` holds x, y pairs in image pixels, ring k is the points
 *   `offsets[k]` to `offsets[k + 1]`. Holes are rings too; fill with the even-odd rule.
 *
 * @typedef {{ index: number, iouPrediction: number, stabilityScore: number, outline: Outline }} Candidate
 *   `index` is the candidate's rank, 0 is the one with the best IoU prediction.
 * @typedef {{ id: number, x: number, y: number, label: 0 | 1 }} Point   1 is foreground, 0 background
 * @typedef {[x0: number, y0: number, x1: number, y1: number]} Box
 *
 * @typedef {{ name: string, width: number, height: number }} ImageInfo
 * @typedef {{
 *   revision: number, image: ImageInfo | null, points: Point[], box: Box | null,
 *   candidates: Candidate[], chosen: number | null, decoding: boolean, canUndo: boolean, canRedo: boolean,
 *   timings: { encode?: number, decode?: number, total?: number }
 * }} View
 *   All that Python lets the page draw. `revision` grows with every change. While `decoding`, the candidates are still those of the
 *   prompts before, and `candidates` is empty in a progress: the page has them. `chosen` is the index of the candidate that
 *   is shown and exported, null when there is none. `timings` are milliseconds.
 *
 * @typedef {{ provider: 'webgpu' | 'wasm', threads: number, why: string, model: string, modelBytes: number,
 *   storage: 'opfs' | 'memory', notices: string[] }} EngineInfo
 *   What runs the model, and why, in words. `notices` are sentences that the person should read once (a stored model that
 *   was damaged and fetched again, a full disk).
 *
 * @typedef {{ id: string, name: string, description: string, family: string, licence: string, dtype: string, bytes: number | null,
 *   storedBytes: number, own: boolean, current: boolean }} ModelInfo
 *   `bytes` is what it takes, null when nobody has said; `storedBytes` what of it is kept in this browser (all of it, some of it after a
 *   download that was broken off, or nothing). `own`: the person added it.
 * @typedef {{ models: ModelInfo[], usage: number, quota: number }} Shelf  the storage of this site, in bytes
 *
 * @typedef {{ width: number, height: number, data: ArrayBuffer }} Bitmap  RGBA, four bytes a pixel
 * @typedef {'mask-png' | 'cutout-png' | 'svg'} ExportKind
 * @typedef {{ bytes: ArrayBuffer, type: string, name: string }} Exported
 */

/**
 * @typedef {{
 *   start: { params: { model: string, provider?: 'webgpu' | 'wasm', threads?: number }, result: EngineInfo },
 *   open: { params: { bytes: ArrayBuffer, name: string, preview: boolean }, result: View },
 *   cancel: { params: Record<string, never>, result: null },
 *   models: { params: Record<string, never>, result: Shelf },
 *   useModel: { params: { id: string, provider?: 'webgpu' | 'wasm' }, result: { engine: EngineInfo, view: View } },
 *   addModel: { params: { name: string, encoder: Blob, decoder: Blob }, result: { engine: EngineInfo, view: View } },
 *   removeModel: { params: { id: string }, result: Shelf },
 *   stopLoading: { params: Record<string, never>, result: null },
 *   state: { params: Record<string, never>, result: View },
 *   addPoint: { params: { x: number, y: number, label: 0 | 1 }, result: View },
 *   movePoint: { params: { id: number, x: number, y: number, gesture?: number }, result: View },
 *   labelPoint: { params: { id: number, label: 0 | 1 }, result: View },
 *   removePoint: { params: { id: number }, result: View },
 *   setBox: { params: { box: Box | null }, result: View },
 *   choose: { params: { candidate: number }, result: View },
 *   clear: { params: Record<string, never>, result: View },
 *   undo: { params: Record<string, never>, result: View },
 *   redo: { params: Record<string, never>, result: View },
 *   thumbnail: { params: { side: number }, result: Bitmap | null },
 *   mask: { params: { candidate?: number }, result: { width: number, height: number, data: Uint8Array } },
 *   contours: { params: { candidate?: number, tolerance?: number }, result: Outline },
 *   export: { params: { kind: ExportKind, candidate?: number }, result: Exported },
 * }} Methods
 *
 * `start` comes first, once; the others may be sent at once and wait for it. `open` replaces the document only when the new
 * picture has been encoded: until then, and when it fails or is cancelled, the one before stays. Its progress carries
 * the stages 'file' (with `preview`, when asked for) and 'encode'. A call that changes prompts answers, when the model
 * takes its time, first a progress with the new `view` (decoding: true), and then the result; when a newer change has overtaken it the result is the newer view.
 * Moves of one `gesture` (any number, one a drag) are one step to undo.
 * `useModel` and `addModel` start another model beside the one that runs, with the progress stages 'model' and 'provider', and put it in its
 * place when it is ready; when that fails or is stopped, the one before goes on. An open picture is then encoded again ('encode'), and its
 * prompts are asked again: `view` has the answer. `stopLoading` gives them up with the code 'cancelled'; what has been downloaded is
 * kept, and gone on from next time. `removeModel` takes a model's files out of the storage; the one that runs goes on running.
 * `thumbnail` is the picture brought to at most `side` pixels on its longest side; null without a picture.
 * `cancel` gives up the `open` in progress, which then fails with the code 'cancelled'.
 *
 * @typedef {keyof Methods} Method
 */

/**
 * @template {Method} M
 * @typedef {{ id: number, method: M, params: Methods[M]['params'] }} Request
 */

/**
 * @template {Method} [M=Method]
 * @typedef {{ id: number, result: Methods[M]['result'] } | { id: number, error: Failure } | { id: number, progress: Progress }} Reply
 */

/**
 * @typedef {{ event: 'engine', engine: EngineInfo }} Announcement
 *   Comes unasked: the GPU was lost and another engine runs the model now. Nothing else has changed.
 */

/** The name of every method; an unknown one is answered with the code 'unknown-method'. */
export const METHODS = /** @type {const} */ ([
  'start', 'open', 'cancel', 'models', 'useModel', 'addModel', 'removeModel', 'stopLoading', 'state', 'addPoint', 'movePoint', 'labelPoint', 'removePoint', 'setBox', 'choose', 'clear', 'undo', 'redo', 'thumbnail', 'mask', 'contours', 'export',
]);
