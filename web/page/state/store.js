/**
 * What the page knows: the last word from Python, what is under way, and what is only on the screen. One owner, plain data;
 * views are told of every change and read what they need.
 *
 * @module
 */

import { applyEdits, promptCount } from './pending-edits.js';
import { isDone } from '../formatting.js';

/** @import {Candidate, EngineInfo, Failure, Find, Keeping, ModelList, ObjectInfo, Objects, Outline, Overlaps, PictureMark, PictureWork, Preview, Progress, Shaping, Stage, View} from '../../protocol.js' */
/** @import {Edit, Prompts} from './pending-edits.js' */
/** @import {ExportChoice} from './export-choice.js' */
/** @import {Held, Look, Tone} from './look.js' */
/** @import {Picture} from '../picture.js' */
/** @import {Source} from '../actions/opening.js' */
/** @import {Filter} from '../strip/listed.js' */
/** @import {Message} from '../bars/messages.js' */

/**
 * @typedef {{ id: string, name: string, description?: string }} Model
 *
 * @typedef {{ status: 'starting', progress: Partial<Record<Stage, Progress>> }
 *   | { status: 'running', info: EngineInfo }
 *   | { status: 'failed', failure: Failure }} Engine
 *
 * @typedef {{ name: string, picture: Picture | null, progress: Progress | null, since: number, exact: boolean, page: number | null }} Opening
 *   A picture that is being opened. `picture` is null until the browser (or a preview from Python) can show it; `exact` says
 *   that its pixels are the picture's own, so that a click on it means what it says. `since` is a `performance.now()`. `page`, from 0, is
 *   another one of the open picture's file; null is another file.
 *
 * @typedef {{ id: string | null, name: string, progress: Progress | null, speed: number | null, since: number }} Loading
 *   A model that is being started beside the one that runs; no `id` while it is a new one of the person's own. `speed` is in
 *   bytes per second, null when nobody can say.
 *
 * @typedef {'smart' | 'hand' | 'brush' | 'eraser' | 'vertices'} Tool
 * @typedef {{ x: number, y: number, outline: Outline }} Hover  what a click at a place would give
 * @typedef {Preview & { id: number, operation: Shaping, amount: number }} ShapePreview  what an object would be
 * @typedef {{ id: string, name: string, place: string, size: number, source: Source, page: number | null, file: string, embedding?: Source | null }} ListedPicture
 *   `place` is the folder that it came from, empty where nobody knows; `size` in bytes, 0 where that is not known yet. `page`, from 0, where each page
 *   of the file is a picture of its own; `file` is what it is stored under, once for all its pages; `embedding` is a file of what an encoder has made of it
 * @typedef {{ pictures: readonly ListedPicture[], at: number }} Queue  the pictures that one goes through, and which one it is
 * @typedef {{ open: boolean, running: { done: number, of: number, finds: readonly Find[] } | null }} Search
 *   `open` says whether finds are shown; what a search that is running, `done` of so many clicks, has found is not in the view yet
 * @typedef {{ what: 'find' | 'ask', done: number, of: number, failed: number, id: string }} Run
 *   What is done on one picture after another: how many are done of how many, those that failed among them, and the id of the one that it is at.
 *
 * @typedef {{
 *   engine: Engine, wish: 'webgpu' | 'wasm' | null, model: Model | null, modelList: ModelList | null, loading: Loading | null, modelNews: string,
 *   picture: Picture | null, view: View, opening: Opening | null, edits: readonly Edit[], undrawn: readonly Edit[], busy: number,
 *   messages: readonly Message[], tool: Tool, brush: number, zoom: number | null, exportKind: ExportChoice, objectFormat: string,
 *   hovering: boolean, hover: Hover | null, selecting: readonly number[] | null, pointed: number | null, overlaps: Overlaps, preview: ShapePreview | null, search: Search,
 *   queue: Queue | null, openedQueue: Queue | null, marks: ReadonlyMap<string, PictureMark>, works: ReadonlyMap<string, PictureWork>, strip: boolean, filter: Filter, picked: ReadonlySet<string>, run: Run | null, saved: Objects | null, look: Look, developed: Tone, held: Held | null,
 *   project: string | null, keeping: Keeping, unkept: number, scripting: boolean, console: boolean,
 * }} State
 *   `picture` and `view` belong together: the picture that Python holds. `edits` are changes that Python has not confirmed
 *   yet, `undrawn` those of them that wait for their answer to be drawn with it, `busy` counts the calls that change prompts and have not been answered, `zoom` is in CSS pixels per image pixel.
 *   `exportKind` is what was exported last, `objectFormat` the last format of all objects; `saved` are the objects that are in a file.
 *   `queue` has the place of the picture that is wanted, `openedQueue` of the one that is open: others on their way to it are given up for it.
 *   `marks` are by the ids of listed pictures, `works` by the keys of the pictures that were worked on; `strip` says whether the film strip is shown, `filter` which pictures it shows;
 *   `picked` are the ids of those that were picked in it, and may have left the list since.
 *   `brush` is a radius in CSS pixels. `hovering` says whether `hover` is wanted. `selecting` are the objects that are to be selected, null when Python has said so. `pointed` is the object under the pointer, on the stage or in the list.
 *   `project` is the id of the one that is stored, null where none is (yet); `unkept` counts the listed pictures whose files are not stored yet.
 *   `scripting` says whether a script of the console runs, `console` whether that is open.
 *   `developed` is what the open picture's pixels have of window and level already: those of more than 8 bits are made by Python.
 *   `wish` is the provider that was asked for, null for the fastest that works. `model` is the one that runs; `modelList` is null until somebody has looked; `modelNews` is what has just been done with it.
 *
 * @typedef {'starting' | 'ready' | 'encoding' | 'decoding' | 'idle' | 'error'} Phase
 * @typedef {(state: State, before: State) => void} Listener
 */

/** @type {View} */
export const EMPTY_VIEW = {
  revision: 0,
  image: null,
  pages: null,
  depth: null,
  bands: null,
  points: [],
  box: null,
  mask: null,
  painted: null,
  threshold: 0,
  candidates: [],
  maskCount: 0,
  chosen: null,
  notes: [],
  decoding: false,
  canUndo: false,
  canRedo: false,
  imports: [],
  objects: { list: [], categories: [] },
  finds: { list: [], search: null },
  active: null,
  selected: [],
  category: null,
  refines: null,
  feedsBack: false,
  edges: 'decoded',
  tidy: 0,
  singleMask: false,
  hasSingleMask: null,
  worldFile: null,
  epsg: null,
  encoded: { pictures: 0, bytes: 0 },
  timings: {},
};

export class Store {
  /** @type {Set<Listener>} */
  #listeners = new Set();

  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {Partial<State>} patch */
  update(patch) {
    const before = this.state;
    this.state = { ...before, ...patch };
    for (const listener of this.#listeners) listener(this.state, before);
  }

  /**
   * Call `listener` now and after every change.
   *
   * @param {Listener} listener
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    listener(this.state, this.state);
  }
}

/**
 * The one word for what is going on; it is `<body data-state>`.
 *
 * @param {State} state
 * @returns {Phase}
 */
export function phaseOf({ engine, opening, picture, busy, view }) {
  if (engine.status === 'failed') return 'error';
  if (engine.status === 'starting') return 'starting';
  if (opening) return 'encoding';
  if (!picture) return 'ready';
  return busy > 0 || view.decoding ? 'decoding' : 'idle';
}

/**
 * Of what goes on at once while the engine starts, the newest that is not done.
 *
 * @param {State} state
 * @returns {Progress | undefined}
 */
export function startProgressOf({ engine }) {
  if (engine.status !== 'starting') return undefined;
  const all = Object.values(engine.progress);
  return all.findLast((progress) => !isDone(progress)) ?? all.at(-1);
}

/**
 * What the stage and the panel show: the picture on its way in if there is one, else the one Python holds; and its prompts
 * with the changes that Python has not confirmed yet.
 *
 * @typedef {{ picture: Picture | null, view: View, prompts: Prompts, candidates: Candidate[], chosen: Candidate | null }} Shown
 * @param {State} state
 * @returns {Shown}
 */
export function shownOf(state) {
  if (memo?.state === state) return memo.shown;
  const { opening, edits, undrawn } = state;
  const picture = opening ? opening.picture : state.picture;
  const view = opening ? EMPTY_VIEW : state.view;
  const prompts = applyEdits(view, undrawn.length ? edits.filter((edit) => !undrawn.includes(edit)) : edits);
  const candidates = prompts.cleared ? [] : view.candidates;
  const chosen = candidates.find((candidate) => candidate.index === prompts.chosen) ?? null;
  const shown = { picture, view, prompts, candidates, chosen };
  memo = { state, shown };
  return shown;
}

/**
 * The prompts as they will be, those that are not drawn yet among them.
 *
 * @param {State} state
 */
export const askedOf = ({ opening, view, edits }) => applyEdits(opening ? EMPTY_VIEW : view, edits);

/**
 * Whether the answer to the prompts is on its way: what is done to a mask is then meant for that one.
 *
 * @param {State} state
 */
export const isMaskComing = (state) => (state.busy > 0 || state.opening !== null) && promptCount(askedOf(state)) > 0;

/** Whether another tab has the project, and nothing can be changed here. @param {Pick<State, 'keeping'>} state */
export const isLooking = ({ keeping }) => keeping.reason === 'looking';

/**
 * Whether there is a mask, or one on its way, that is not an object yet.
 *
 * @param {State} state
 */
export const hasMask = (state) => isMaskComing(state) || (!askedOf(state).accepted && shownOf(state).chosen !== null);

/**
 * The ids of the objects that are selected, or are to be as soon as Python has said so: whatever is done to the selection is meant for those.
 *
 * @param {State} state
 * @returns {readonly number[]}
 */
export const selectedIds = (state) => state.selecting ?? shownOf(state).view.selected;

/**
 * The selected objects; the first is the one that `activeOf` gives.
 *
 * @param {State} state
 * @returns {ObjectInfo[]}
 */
export function selectedOf(state) {
  const { list } = shownOf(state).view.objects;
  return selectedIds(state).flatMap((id) => list.find((one) => one.id === id) ?? []);
}

/**
 * The selected object: of several the one that stands for them where only one can.
 *
 * @param {State} state
 * @returns {ObjectInfo | null}
 */
export const activeOf = (state) => selectedOf(state)[0] ?? null;

/**
 * The visible object under the pointer.
 *
 * @param {State} state
 * @returns {ObjectInfo | null}
 */
export function pointedOf(state) {
  const { list } = shownOf(state).view.objects;
  return state.pointed === null ? null : (list.find(({ id, visible }) => id === state.pointed && visible) ?? null);
}

/** Several views ask for the same state. @type {{ state: State, shown: Shown } | null} */
let memo = null;
