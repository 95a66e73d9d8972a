/**
 * The search for everything: how finely to look, what to keep, how far it is, and what becomes of the finds.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';
import { count } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Search, Store} from '../state/store.js' */

/** The small built-in model is modest about its own answers: with the reference's thresholds nothing would be left. */
const MODEST = { id: 'nano', iou: 0.7, stability: 0.7 };
const REFERENCE = { iou: 0.88, stability: 0.95 };

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
  /** Whose thresholds stand in the fields. @type {string | null} */
  let model = null;

  document.addEventListener('tabsam:panel', (event) => {
    if (!(event instanceof CustomEvent) || event.detail !== 'find-all') return;
    wanted = !wanted || store.state.search !== null;
    draw();
    if (!wanted) return;
    show();
    section.parentElement?.scrollTo(0, 0); // it comes first
    (start.hidden ? stop : start).focus();
  });

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

  function draw() {
    const { search, model: used, picture } = store.state;
    const hidden = picture === null || !(wanted || search);
    if (hidden && section.contains(document.activeElement)) stage.focus({ preventScroll: true });
    section.hidden = hidden;
    if (hidden) return;
    if (used?.id !== model) {
      model = used?.id ?? null;
      const { iou, stability } = model === null || model === MODEST.id ? MODEST : REFERENCE;
      fields.iou.valueAsNumber = iou;
      fields.stability.valueAsNumber = stability;
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
    if (now.search !== before.search || now.model !== before.model || now.picture !== before.picture) draw();
  });
}

/** @param {Search} search */
function progress({ done, of, finds }) {
  return of ? `${done} of ${of} clicks, ${count(finds.length, 'object')} so far` : 'Starting';
}
