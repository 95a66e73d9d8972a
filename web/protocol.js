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
 * @typedef {'python' | 'model' | 'provider' | 'file' | 'encode' | 'decode' | 'find' | 'import'} Stage
 * @typedef {{ stage: Stage, message: string, loaded?: number, total?: number, view?: View, preview?: ArrayBuffer,
 *   found?: Find[] }} Progress
 *   `message` is a sentence for the status line. `loaded` and `total` are bytes, clicks or objects. `view` comes as soon as Python's state
 *   has changed, before the model has answered. `preview` is a PNG of a picture that the browser cannot show itself.
 *
 * @typedef {{ vertices: Float32Array, offsets: Uint32Array }} Outline
 *   Closed rings, one after another: `vertices` holds x, y pairs in image pixels, ring k is the points
 *   `offsets[k]` to `offsets[k + 1]`. Holes are rings too; fill with the even-odd rule.
 *
 * @typedef {{ index: number, iouPrediction: number, stabilityScore: number, outline: Outline | null }} Candidate
 *   `index` is the candidate's rank, 0 is the one with the best IoU prediction. `outline` is null in a progress, for all but the
 *   chosen one: the others follow.
 * @typedef {{ id: number, x: number, y: number, label: 0 | 1, refines: number | null }} Point
 *   `label` 1 is foreground, 0 background; `refines` is the candidate of the answer before that this point refines, null for none.
 * @typedef {[x0: number, y0: number, x1: number, y1: number]} Box
 *
 * @typedef {{ name: string, width: number, height: number }} ImageInfo
 * @typedef {{
 *   revision: number, image: ImageInfo | null, points: Point[], box: Box | null,
 *   mask: Outline | null, threshold: number,
 *   candidates: Candidate[], chosen: number | null, decoding: boolean, canUndo: boolean, canRedo: boolean,
 *   objects: Objects, active: number | null, category: number | null, refines: number | null, feedsBack: boolean, worldFile: number[] | null,
 *   encoded: { pictures: number, bytes: number },
 *   timings: { encode?: number, decode?: number, total?: number }
 * }} View
 *   All that Python lets the page draw. `revision` grows with every change. While `decoding`, the candidates are still those of the
 *   prompts before, and `candidates` is empty in a progress: the page has them. `chosen` is the index of the candidate that
 *   is shown and exported, null when there is none. `mask` is what was painted as a prompt; `threshold`, in logits, says where the
 *   mask ends. `active` is the selected object, `category` the class of the next, `refines` the object that the answer will go to,
 *   `feedsBack` whether a further click refines the answer before. `worldFile` are the six numbers A, D, B, E, C and F of the picture's
 *   world file, null where it is not on a map. `encoded` are the pictures that are kept ready, by the bytes they
 *   take. `timings` are milliseconds.
 *
 * @typedef {{ id: number, name: string, color: string }} Category  a class; `color` is "#rrggbb"
 * @typedef {{ id: number, category: number | null, name: string, visible: boolean, locked: boolean, score: number | null,
 *   area: number, bbox: Box, vertices: number, asks: boolean, outline: Outline }} ObjectInfo
 *   An object: `area` in square image pixels, `vertices` how many corners; `asks`: it has prompts, so that one can go on asking the model.
 * @typedef {{ list: readonly ObjectInfo[], categories: readonly Category[] }} Objects  `list` from the bottom to the top
 * @typedef {{ list: (Omit<ObjectInfo, 'outline'> & { outline: number })[], categories: Category[], outlines: Record<string, Outline> } | null} SentObjects
 *   What of the objects really crosses: nothing when nothing has changed, and no outline twice; web/page/state/view-reassembly.js puts it together.
 * @typedef {{ number: number, iouPrediction: number, stabilityScore: number, area: number, outline: Outline }} Find
 * @typedef {'keep' | 'new' | 'old'} Overlaps  who gets what two objects share: both, the new one, those from before
 * @typedef {'smooth' | 'open' | 'close' | 'grow' | 'fill-holes' | 'remove-islands' | 'simplify' | 'uncross'} Shaping
 * @typedef {{ outline: Outline, vertices: number, area: number, iou: number }} Preview  `iou` with the outline as it is
 * @typedef {{ name: string, title: string, extension: string }} FormatInfo
 * @typedef {Exported & { notes: string[] }} ExportedObjects  `notes` are sentences about what the format could not hold
 * @typedef {{ pointsPerSide?: number, pointsPerBatch?: number, predIouThresh?: number, stabilityScoreThresh?: number,
 *   boxNmsThresh?: number, cropNLayers?: number, minMaskRegionArea?: number }} SearchOptions  Meta's, by their own names
 *
 * @typedef {{ provider: 'webgpu' | 'wasm', threads: number, why: string, model: string, modelBytes: number,
 *   storage: 'opfs' | 'memory', notices: string[] }} EngineInfo
 *   What runs the model, and why, in words. `notices` are sentences that the person should read once (a stored model that
 *   was damaged and fetched again, a full disk).
 *
 * @typedef {{ id: string, name: string, description: string, family: string, licence: string, dtype: string, bytes: number | null,
 *   source: string, host: string, origin: 'site' | 'list' | 'own', storedBytes: number, own: boolean, current: boolean }} ModelInfo
 *   `bytes` is what it takes, null when nobody has said; `storedBytes` what of it is kept in this browser (all of it, some of it after a
 *   download that was broken off, or nothing). `own`: the person added it. `origin` is the list that it is on: the site's, another that the
 *   person named, or their own. `host` is where its files come from, empty for this site; `source` a page about it, or empty.
 * @typedef {{ models: ModelInfo[], usage: number, quota: number, catalog: string }} ModelList
 *   The storage of this site, in bytes; `catalog` is the address of the other list, empty if there is none.
 * @typedef {{ name: string, encoder: Blob, decoder: Blob, data: File[] }} OwnFiles  `data` are files that graphs keep weights in
 * @typedef {{ name: string, urls: { encoder: string, decoder: string } }} OwnAddresses
 *
 * @typedef {{ width: number, height: number, data: ArrayBuffer }} Bitmap  RGBA, four bytes a pixel
 * @typedef {'mask-png' | 'cutout-png' | 'svg'} ExportKind
 * @typedef {{ bytes: ArrayBuffer, type: string, name: string }} Exported
 */

/**
 * @typedef {{
 *   start: { params: { model: string, provider?: 'webgpu' | 'wasm', threads?: number, catalog?: string, recalled?: ('model' | 'provider')[] }, result: EngineInfo },
 *   open: { params: { bytes: ArrayBuffer, name: string, preview: boolean }, result: View },
 *   cancel: { params: Record<string, never>, result: null },
 *   models: { params: Record<string, never>, result: ModelList },
 *   useModel: { params: { id: string, provider?: 'webgpu' | 'wasm' }, result: { engine: EngineInfo, view: View } },
 *   useProvider: { params: { provider: 'webgpu' | 'wasm' | null }, result: { engine: EngineInfo, view: View } },
 *   useCatalog: { params: { url: string }, result: ModelList },
 *   addModel: { params: OwnFiles | OwnAddresses, result: { engine: EngineInfo, view: View } },
 *   removeModel: { params: { id: string }, result: ModelList },
 *   trustModel: { params: { id: string } | { urls: string[] }, result: null },
 *   stopLoading: { params: Record<string, never>, result: null },
 *   state: { params: Record<string, never>, result: View },
 *   addPoint: { params: { x: number, y: number, label: 0 | 1 }, result: View },
 *   movePoint: { params: { id: number, x: number, y: number, gesture?: number }, result: View },
 *   labelPoint: { params: { id: number, label: 0 | 1 }, result: View },
 *   removePoint: { params: { id: number }, result: View },
 *   setBox: { params: { box: Box | null, gesture?: number }, result: View },
 *   choose: { params: { candidate: number }, result: View },
 *   clear: { params: Record<string, never>, result: View },
 *   setThreshold: { params: { threshold: number, gesture?: number }, result: View },
 *   feedBack: { params: { on: boolean }, result: View },
 *   hover: { params: { x: number | null, y: number | null }, result: { outline: Outline, iouPrediction: number, decode?: number } | null },
 *   accept: { params: { overlaps: Overlaps }, result: View },
 *   reopen: { params: { id: number }, result: View },
 *   select: { params: { id: number | null }, result: View },
 *   changeObject: { params: { id: number, category?: number | null, name?: string, visible?: boolean, locked?: boolean }, result: View },
 *   duplicateObject: { params: { id: number }, result: View },
 *   moveObject: { params: { id: number, place: number }, result: View },
 *   removeObject: { params: { id: number }, result: View },
 *   moveVertex: { params: { id: number, index: number, x: number, y: number, gesture?: number }, result: View },
 *   insertVertex: { params: { id: number, after: number, x: number, y: number, gesture?: number }, result: View },
 *   removeVertex: { params: { id: number, index: number }, result: View },
 *   reshape: { params: { id: number, operation: Shaping, amount: number, preview?: false }, result: View },
 *   previewShape: { params: { id: number, operation: Shaping, amount: number }, result: Preview },
 *   paint: { params: { points: number[], radius: number, erase: boolean }, result: View },
 *   loadMask: { params: { bytes: ArrayBuffer }, result: View },
 *   removeMask: { params: Record<string, never>, result: View },
 *   refine: { params: { rounds: number, iouPrediction: number, stabilityScore: number }, result: { view: View, rounds: number, reason: string } },
 *   addClass: { params: { name: string }, result: View },
 *   changeClass: { params: { id: number, name?: string, color?: string }, result: View },
 *   removeClass: { params: { id: number }, result: View },
 *   useClass: { params: { id: number | null }, result: View },
 *   findAll: { params: SearchOptions, result: { found: Find[] } },
 *   stopFinding: { params: Record<string, never>, result: null },
 *   takeFound: { params: { numbers: number[] }, result: View },
 *   formats: { params: Record<string, never>, result: FormatInfo[] },
 *   exportObjects: { params: { format: string, hidden?: boolean }, result: ExportedObjects },
 *   setWorldFile: { params: { text: string }, result: View },
 *   saveProject: { params: { picture: boolean }, result: ExportedObjects },
 *   importFile: { params: { name: string, bytes: ArrayBuffer, as: 'objects' | 'prompts' }, result: { view: View, added: number, said: string[] } },
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
 * `recalled` says what of the wishes at the start is of an earlier visit: where that cannot be had, `start` does without, and says so in a
 * notice. `useProvider` runs the same model elsewhere (null: on the fastest that works), and holds for every model after; `useCatalog` lists
 * the models of another catalogue beside the site's (an empty `url`: no longer).
 * `useModel` and `addModel` start another model beside the one that runs, with the progress stages 'model' and 'provider', and put it in its
 * place when it is ready; when that fails or is stopped, the one before goes on. An open picture is then encoded again ('encode'), and its
 * prompts are asked again: `view` has the answer. `stopLoading` gives them up with the code 'cancelled'; what has been downloaded is
 * kept, and gone on from next time. `removeModel` takes a model's files out of the storage; the one that runs goes on running.
 * Where nobody has stated a file's digest it is pinned when the file first comes, and another file is refused ('model-changed'); `trustModel`
 * forgets the pins of a model's files, or of those at some addresses, that are not stored.
 * `open` takes a project as well, if it holds its picture, and a picture that has been open before has its work again.
 * `hover` tells what a click there would give, and null when a newer `hover` has overtaken it; null for `x` only overtakes. `accept` makes
 * what is shown an object, or the new shape of the one that `reopen` put to the model again, and begins the next. `select` and `useClass`
 * are no steps; every other change is one step to undo, and changes of one `gesture` are one. Vertices are counted over all rings of
 * the object's outline. `paint` paints on the selected object, or, while there are prompts, on the mask that they give, which then is a
 * prompt itself; `points` are x, y, x, y ... `findAll` tells of each find in a progress of the stage 'find', and answers what is left of them
 * at the end; `takeFound` makes objects of them. `importFile` is one step; `said` are sentences about what was left out.
 * `setWorldFile` says where the picture lies on a map, for GeoJSON, by the `text` of a world file; an empty one takes it back.
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
  'start', 'open', 'cancel', 'models', 'useModel', 'useProvider', 'useCatalog', 'addModel', 'removeModel', 'trustModel', 'stopLoading', 'state', 'addPoint', 'movePoint',
  'labelPoint', 'removePoint', 'setBox', 'choose', 'clear', 'setThreshold', 'feedBack', 'hover', 'accept', 'reopen', 'select',
  'changeObject', 'duplicateObject', 'moveObject', 'removeObject', 'moveVertex', 'insertVertex', 'removeVertex', 'reshape',
  'previewShape', 'paint', 'loadMask', 'removeMask', 'refine', 'addClass', 'changeClass', 'removeClass', 'useClass', 'findAll', 'stopFinding',
  'takeFound', 'formats', 'exportObjects', 'setWorldFile', 'saveProject', 'importFile', 'undo', 'redo', 'thumbnail', 'mask', 'contours',
  'export',
]);
