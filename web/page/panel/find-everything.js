/**
 * The search for everything: how finely to look, what to keep, how far it is, and what becomes of the finds.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';
import { count } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {EngineInfo} from '../../protocol.js' */
/** @import {Search, Store} from '../state/store.js' */

/** What stands in the fields where a model has nothing of its own: Meta's thresholds, and a quarter of its clicks, for a tab's sake. */
const STANDARD = { pointsPerSide: 16, predIouThresh: 0.88, stabilityScoreThresh: 0.95 };

/** @param {{ store: Store, actions: Actions, show: () => void }} parts  `show` brings the panel into view */
export function mountFindEverything({ store, actions, show }) {
  const stage = byId('stage', HTMLElement);
  const section = byId('panel-search', HTMLElement);
  const form = byId('search-form', HTMLFormElement);
  const start = byId('search-start', HTMLButtonElement);
  const stop = byId('search-stop', HTMLButtonElement);
  const state = byId('search-state', HTMLElement);
  const bar = byId('search-progress', HTMLProgressElement);
  const outcome = byId('search-outcome', HTMLElement);
  const addAll = byId('search-add', HTMLButtonElement);
  const fields = {
    side: byId('search-side', HTMLSelectElement),
    iou: byId('search-iou', HTMLInputElement),
    stability: byId('search-stability', HTMLInputElement),
    area: byId('search-area', HTMLInputElement),
  };
  let wanted = false;
  /** Of the model whose options stand in the fields. @type {EngineInfo | null} */
  let shown = null;
  /** What the person has set stays when the model changes. @type {Set<EventTarget | null>} */
  const typed = new Set();

  document.addEventListener('tabsam:panel', (event) => {
    if (!(event instanceof CustomEvent) || event.detail !== 'find-all') return;
    wanted = !wanted || store.state.search !== null;
    draw();
    if (!wanted) return;
    show();
    section.parentElement?.scrollTo(0, 0); // it comes first
    (start.hidden ? stop : start).focus();
  });

  form.addEventListener('input', ({ target }) => typed.add(target));
  byId('search-close', HTMLButtonElement).addEventListener('click', discard);
  byId('search-discard', HTMLButtonElement).addEventListener('click', discard);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { side, iou, stability, area } = fields;
    const options = { pointsPerSide: Number(side.value), predIouThresh: iou.valueAsNumber, stabilityScoreThresh: stability.valueAsNumber };
    quietly(actions.findAll({ ...options, ...(area.valueAsNumber ? { minMaskRegionArea: area.valueAsNumber } : {}) }));
    stop.focus();
  });
  stop.addEventListener('click', () => quietly(actions.stopFinding()));
  addAll.addEventListener('click', () => {
    const numbers = store.state.search?.finds.map(({ number }) => number) ?? [];
    void actions.takeFound(numbers).then(discard, () => {});
  });

  function discard() {
    wanted = false;
    if (store.state.search) actions.dropFound();
    else draw();
  }

  /** @param {typeof STANDARD} options  as they suit the model */
  function suggest({ pointsPerSide, predIouThresh, stabilityScoreThresh }) {
    const { side, iou, stability } = fields;
    const offered = [...side.options].map(({ value }) => Number(value));
    if (!typed.has(side)) side.value = String(offered.findLast((count) => count <= pointsPerSide) ?? offered[0]);
    if (!typed.has(iou)) iou.valueAsNumber = predIouThresh;
    if (!typed.has(stability)) stability.valueAsNumber = stabilityScoreThresh;
  }

  function draw() {
    const { search, engine, picture } = store.state;
    const hidden = picture === null || !(wanted || search);
    if (hidden && section.contains(document.activeElement)) stage.focus({ preventScroll: true });
    section.hidden = hidden;
    if (hidden) return;
    if (engine.status === 'running' && engine.info !== shown) {
      shown = engine.info;
      suggest({ ...STANDARD, ...shown.everything });
    }
    const running = search?.running ?? false;
    const found = search?.finds.length ?? 0;
    start.hidden = running;
    const lostFocus = document.activeElement === stop && !running;
    stop.hidden = bar.hidden = !running;
    for (const field of Object.values(fields)) field.disabled = running;
    outcome.hidden = running || found === 0;
    addAll.textContent = found === 1 ? 'Add it' : `Add all ${found}`;
    if (lostFocus) (outcome.hidden ? start : addAll).focus();
    start.classList.toggle('primary', found === 0);
    start.textContent = search ? 'Search again' : 'Start';
    if (running && search) {
      bar.max = search.of || 1;
      if (search.of) bar.value = search.done;
      else bar.removeAttribute('value');
    }
    const text = !search ? '' : running ? progress(search) : `${count(found, 'object')} found.`;
    if (state.textContent !== text) state.textContent = text;
  }

  // another picture: what was found was not on this one
  store.subscribe((now, before) => {
    if (now.picture !== before.picture && now.search) queueMicrotask(discard);
    if (now.search !== before.search || now.engine !== before.engine || now.picture !== before.picture) draw();
  });
}

/** @param {Search} search */
function progress({ done, of, finds }) {
  return of ? `${done} of ${of} clicks, ${count(finds.length, 'object')} so far` : 'Starting';
}
