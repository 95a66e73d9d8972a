/**
 * `window.tabsam`: the page for scripts and tests. Every call goes through the same actions as the buttons; coordinates are
 * image pixels, errors are TabsamErrors with a stable `code`.
 *
 * @module
 */

import { phaseOf, shownOf } from './store.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {StageView} from './stage/stage.js' */
/** @import {Store} from './store.js' */
/** @import {ExportKind} from '../protocol.js' */

/** @param {{ store: Store, actions: Actions, stage: StageView }} parts */
export function createApi({ store, actions, stage }) {
  function snapshot() {
    const { engine, model, messages, loading } = store.state;
    const { view, picture, prompts, candidates, chosen } = shownOf(store.state);
    const info = engine.status === 'running' ? engine.info : null;
    return {
      state: phaseOf(store.state),
      revision: view.revision,
      image: view.image ?? (picture && { name: picture.name, width: picture.width, height: picture.height }),
      points: prompts.points.map(({ id, x, y, label }) => ({ id, x, y, label })),
      box: prompts.box,
      candidates: candidates.map(({ index, iouPrediction, stabilityScore }) => ({ index, iouPrediction, stabilityScore })),
      chosen: chosen?.index ?? null,
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
      storage: info?.storage ?? null,
      messages: messages.map(({ tone, text, code }) => ({ tone, text, code })),
    };
  }

  /** @param {Promise<unknown>} done */
  const thenState = async (done) => {
    await done;
    return snapshot();
  };

  return {
    /** @param {Blob} blob @param {string} [name] */
    open: (blob, name) => thenState(actions.open(blob, name)),
    cancel: actions.cancel,
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
    /** @param {number} index  a candidate's rank */
    choose: (index) => thenState(actions.choose(index)),
    /** The models that there are, and the storage in bytes. */
    models: actions.models,
    /** Use another model; the open picture and its prompts are put to it. @param {string} id @param {'webgpu' | 'wasm'} [provider] */
    useModel: (id, provider) => thenState(actions.useModel(id, provider)),
    /** Keep a model of one's own in this browser, and use it. @param {Blob} encoder @param {Blob} decoder @param {string} name */
    addModel: (encoder, decoder, name) => thenState(actions.addModel(encoder, decoder, name)),
    /** Take a model's files out of the storage; resolves to what `models` would. @param {string} id */
    removeModel: actions.removeModel,
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

/** @typedef {ReturnType<typeof createApi>} Api */
