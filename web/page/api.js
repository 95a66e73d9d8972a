/**
 * `window.tabsam`: the page for scripts and tests. Every call goes through the same actions as the buttons, and, but for `toClient`,
 * returns a promise; coordinates are image pixels, errors are TabsamErrors with a stable `code`.
 *
 * @module
 */

import { noteEmbedding } from './input/embedding-files.js';
import { phaseOf, shownOf } from './state/store.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {PictureQueue} from './input/picture-queue.js' */
/** @import {StageView} from './stage/stage.js' */
/** @import {Store} from './state/store.js' */
/** @import {ExportKind, Overlaps, SearchOptions, Shaping} from '../protocol.js' */

/** @param {{ store: Store, actions: Actions, stage: StageView, open: PictureQueue['open'] }} parts */
export function createApi({ store, actions, stage, open }) {
  function snapshot() {
    const { engine, model, messages, loading } = store.state;
    const { view, picture, prompts, candidates, chosen } = shownOf(store.state);
    const info = engine.status === 'running' ? engine.info : null;
    return {
      state: phaseOf(store.state),
      revision: view.revision,
      image: view.image ?? (picture && { name: picture.name, width: picture.width, height: picture.height }),
      points: prompts.points.map(({ id, x, y, label, refines }) => ({ id, x, y, label, refines })),
      box: prompts.box,
      candidates: candidates.map(({ index, token, iouPrediction, stabilityScore }) => ({ index, token, iouPrediction, stabilityScore })),
      maskCount: candidates.length ? view.maskCount : 0,
      chosen: chosen?.index ?? null,
      notes: chosen ? view.notes : [],
      singleMask: store.state.view.singleMask,
      hasSingleMask: store.state.view.hasSingleMask,
      threshold: view.threshold,
      edges: view.edges,
      tidy: view.tidy,
      objects: view.objects.list.map((one) => ({ ...one, outline: undefined })),
      categories: view.objects.categories,
      finds: view.finds.list.length,
      active: view.active,
      selected: view.selected,
      category: view.category,
      refines: view.refines,
      worldFile: view.worldFile,
      epsg: view.epsg,
      encoded: view.encoded,
      canUndo: view.canUndo,
      canRedo: view.canRedo,
      timings: view.timings,
      model: info?.model ?? model?.id ?? null,
      modelId: model?.id || null,
      loading: loading && { model: loading.name, loaded: loading.progress?.loaded ?? null, total: loading.progress?.total ?? null },
      modelBytes: info?.modelBytes ?? null,
      provider: info?.provider ?? null,
      threads: info?.threads ?? null,
      why: info?.why ?? null,
      decoderOnly: info?.decoderOnly ?? null,
      wish: store.state.wish,
      storage: info?.storage ?? null,
      project: store.state.project,
      keeping: store.state.keeping,
      unkept: store.state.unkept,
      messages: messages.map(({ tone, text, code }) => ({ tone, text, code })),
    };
  }

  /** @param {Promise<unknown>} done */
  const thenState = async (done) => {
    await done;
    return snapshot();
  };

  const finds = () => store.state.view.finds.list.map((one) => ({ ...one, outline: undefined }));

  return {
    /**
     * Open a picture; it joins those that one goes through.
     *
     * @param {Blob} blob
     * @param {string} [name]
     * @param {File} [embedding]  what an encoder has made of it
     */
    open(blob, name, embedding) {
      if (embedding) noteEmbedding(blob, embedding);
      return thenState(open(blob, name));
    },
    cancel: async () => actions.cancel(),
    /** @param {number} x @param {number} y @param {0 | 1} [label]  1 is foreground */
    addPoint: (x, y, label = 1) => thenState(actions.addPoint(x, y, label)),
    /** @param {number} id @param {number} x @param {number} y */
    movePoint: (id, x, y) => thenState(actions.movePoint(id, x, y)),
    /** @param {number} id @param {0 | 1} label */
    labelPoint: (id, label) => thenState(actions.labelPoint(id, label)),
    /** @param {number} id */
    removePoint: (id) => thenState(actions.removePoint(id)),
    /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
    setBox: (x0, y0, x1, y1) => thenState(actions.setBox([x0, y0, x1, y1])),
    removeBox: () => thenState(actions.setBox(null)),
    clear: () => thenState(actions.clear()),
    undo: () => thenState(actions.undo()),
    redo: () => thenState(actions.redo()),
    /** @param {number} index  a candidate's rank; of one that is nearly the same as a better one, that is taken */
    choose: (index) => thenState(actions.choose(index)),
    /** @param {number} logits  where the mask ends */
    setThreshold: (logits) => thenState(actions.setThreshold(logits, 0)),
    /** Whether a preview of what a click would give is shown under the pointer. @param {boolean} on */
    setHovering: async (on) => actions.setHovering(on),
    /** Whether a further point refines the answer before. @param {boolean} on */
    feedBack: (on) => thenState(actions.feedBack(on)),
    /** How the edges of masks are made; null leaves it to the model. @param {'decoded' | 'follow' | null} edges */
    setEdges: (edges) => thenState(actions.setEdges(edges)),
    /** Below which share of a mask, 0 to 0.2, specks and pinholes are left out; 0 keeps all, null leaves it to the model. @param {number | null} share */
    setTidy: (share) => thenState(actions.setTidy(share)),
    /** Whether one mask is shown, that which Meta's predictor gives for multimask_output=False. @param {boolean} on */
    singleMask: (on) => thenState(actions.singleMask(on)),
    /** Have the model refine its answer; resolves to why it ended. @param {number} [rounds] @param {number} [iouPrediction] @param {number} [stabilityScore] */
    refine: (rounds = 5, iouPrediction = 0.95, stabilityScore = 0.97) => actions.refine({ rounds, iouPrediction, stabilityScore }),
    /** Paint a stroke on the selected object, or on the mask that the prompts give. @param {number[]} points @param {number} radius @param {boolean} [erase] */
    paint: (points, radius, erase = false) => thenState(actions.paint(points, radius, erase)),
    /** Ask the model with the shape that is shown, as it has been painted. */
    askWithShape: () => thenState(actions.askWithShape()),
    /** Take a mask picture as a prompt. @param {Blob} blob */
    loadMask: (blob) => thenState(actions.loadMask(blob)),
    /** Take the painted or loaded mask away. */
    removeMask: () => thenState(actions.removeMask()),
    /** Make what is shown an object, also a second one of the same. @param {Overlaps} [overlaps] */
    accept(overlaps) {
      if (overlaps) actions.setOverlaps(overlaps);
      return thenState(actions.accept(false));
    },
    /** Objects and classes, as protocol.js says; every call resolves to the state. */
    objects: {
      /** Select several. @param {number[]} ids */
      selectAll: (ids) => thenState(actions.selectObjects(ids)),
      /** @param {number | null} id */
      select: (id) => thenState(actions.select(id)),
      /** @param {number} id */
      reopen: (id) => thenState(actions.reopen(id)),
      /** @param {number} id @param {Parameters<Actions['changeObject']>[1]} changes */
      change: (id, changes) => thenState(actions.changeObject(id, changes)),
      /** @param {number} id */
      duplicate: (id) => thenState(actions.duplicateObject(id)),
      /** @param {number} id @param {number} place */
      move: (id, place) => thenState(actions.moveObject(id, place)),
      /** @param {number} id */
      remove: (id) => thenState(actions.removeObject(id)),
      /** @param {number} id @param {Shaping} operation @param {number} amount */
      reshape: (id, operation, amount) => thenState(actions.reshape(id, operation, amount)),
      /** @param {number} id @param {number} index @param {number} x @param {number} y */
      moveVertex: (id, index, x, y) => thenState(actions.moveVertex(id, index, x, y, 0)),
      /** @param {number} id @param {number} after @param {number} x @param {number} y */
      insertVertex: (id, after, x, y) => thenState(actions.insertVertex(id, after, x, y)),
      /** @param {number} id @param {number} index */
      removeVertex: (id, index) => thenState(actions.removeVertex(id, index)),
    },
    classes: {
      /** @param {string} name */
      add: (name) => thenState(actions.addClass(name)),
      /** @param {number} id @param {Parameters<Actions['changeClass']>[1]} changes */
      change: (id, changes) => thenState(actions.changeClass(id, changes)),
      /** @param {number} id */
      remove: (id) => thenState(actions.removeClass(id)),
      /** @param {number | null} id */
      use: (id) => thenState(actions.useClass(id)),
    },
    /** Look for everything in the picture; resolves to the finds, `takeFound` makes objects of some. @param {SearchOptions} [options] */
    async findAll(options = {}) {
      await actions.findAll(options);
      return finds();
    },
    stopFinding: actions.stopFinding,
    /** Show what a search with other thresholds would have found; resolves to it. @param {number} predIouThresh @param {number} stabilityScoreThresh */
    async filterFound(predIouThresh, stabilityScoreThresh) {
      await actions.filterFound({ predIouThresh, stabilityScoreThresh });
      return finds();
    },
    /** @param {number[]} numbers */
    takeFound: (numbers) => thenState(actions.takeFound(numbers)),
    /** @param {number[]} numbers */
    rejectFound: (numbers) => thenState(actions.rejectFound(numbers)),
    /** Throw away what was found. */
    dropFound: () => thenState(actions.dropFound()),
    formats: actions.formats,
    /** All objects in a format of `formats`. @param {string} format @param {{ hidden?: boolean }} [options] @returns {Promise<{ file: File, notes: string[] }>} */
    exportObjects: (format, options) => actions.exportObjects(format, options),
    /** Say where the picture lies on a map, for GeoJSON. @param {string} text  its world file's six numbers; empty for pixels */
    setWorldFile: (text) => thenState(actions.setWorldFile(text)),
    /** Everything, with the picture or without, to be opened again. @param {boolean} [picture] */
    projectFile: (picture = true) => actions.projectFile(picture),
    /** What the encoder has made of the open picture. @param {'float16' | 'float32'} [precision] */
    embeddingFile: (precision) => actions.embeddingFile(precision),
    /**
     * @param {Blob} blob @param {string} name @param {'objects' | 'prompts' | 'boxes'} [as]
     * @param {{ pictured?: string, kind?: import('../protocol.js').MaskKind }} [more]  of what it `asks`, if it does; as what a mask is read
     */
    importFile: (blob, name, as, more) => actions.importFile(blob, name, as, more),
    /** The models that there are, and the storage in bytes. */
    models: actions.models,
    /** Use another model; the open picture and its prompts are put to it. @param {string} id @param {'webgpu' | 'wasm'} [provider] */
    useModel: (id, provider) => thenState(actions.useModel(id, provider)),
    /** Run the model on the GPU or in WASM; null is the fastest that works. @param {'webgpu' | 'wasm' | null} provider */
    useProvider: (provider) => thenState(actions.useProvider(provider)),
    /** List the models of another catalogue beside the site's; an empty address no longer does. @param {string} address */
    useCatalog: (address) => actions.useCatalog(address),
    /**
     * Keep a model of one's own in this browser, and use it: two files, with those that they keep weights in, or two addresses.
     *
     * @param {Blob | string} encoder @param {Blob | string} decoder @param {string} name @param {File[]} [weights]
     */
    addModel: (encoder, decoder, name, weights) => thenState(actions.addModel(encoder, decoder, name, weights)),
    /** Take a model's files out of the storage; resolves to what `models` would. @param {string} id */
    removeModel: actions.removeModel,
    /** Let a model's files that are not stored be other ones than those that came first; else they are refused ('model-changed'). @param {string} id */
    trustModel: (id) => actions.trustModel({ id }),
    /** Give up the model that is being loaded; what has been downloaded is kept. */
    stopLoading: actions.stopLoading,
    state: async () => snapshot(),
    mask: actions.mask,
    contours: actions.contours,
    /** @param {ExportKind} kind @param {number} [candidate] @returns {Promise<Blob>} */
    exportAs: (kind, candidate) => actions.exportAs(kind, candidate),
    /** Where a place of the picture is in the window. @param {number} x @param {number} y */
    toClient: (x, y) => stage.toClient(x, y),
  };
}
