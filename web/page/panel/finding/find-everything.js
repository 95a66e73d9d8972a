/**
 * The search for everything: how finely to look, what of it to show, how far it is, and what becomes of the finds.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { searchWords } from './search-words.js';
import { onPanel } from '../../input/panels.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {EngineInfo, SearchOptions, Searched, Thresholds} from '../../../protocol.js' */
/** @import {Store} from '../../state/store.js' */

/** What stands in the fields where a model has nothing of its own: Meta's thresholds, and a quarter of its clicks, for a tab's sake. */
const STANDARD = { pointsPerSide: 16, predIouThresh: 0.88, stabilityScoreThresh: 0.95 };

/**
 * The search as it is set.
 *
 * @returns {SearchOptions}
 */
export function searchOptions() {
  const area = byId('search-area', HTMLInputElement).valueAsNumber;
  return {
    pointsPerSide: Number(byId('search-side', HTMLSelectElement).value),
    predIouThresh: byId('search-iou', HTMLInputElement).valueAsNumber,
    stabilityScoreThresh: byId('search-stability', HTMLInputElement).valueAsNumber,
    ...(area ? { minMaskRegionArea: area } : {}),
  };
}

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
  const lower = byId('search-lower', HTMLButtonElement);
  const fields = {
    side: byId('search-side', HTMLSelectElement),
    area: byId('search-area', HTMLInputElement),
    iou: byId('search-iou', HTMLInputElement),
    stability: byId('search-stability', HTMLInputElement),
  };
  /** Of the model whose options stand in the fields. @type {EngineInfo | null} */
  let shown = null;
  /** The search whose thresholds stand in the fields. @type {Searched | null} */
  let searched = null;
  /** What the person has set stays when the model changes. @type {Set<EventTarget | null>} */
  const typed = new Set();
  /** Thresholds on their way to Python, which are newer than its own. */
  let filtering = 0;

  onPanel('find-all', () => {
    if (store.state.search.open) return close();
    actions.showFound(true);
    show();
    section.parentElement?.scrollTo(0, 0); // it comes first
    [stop, addAll, start].find((button) => button.checkVisibility())?.focus();
  });

  /** @returns {Thresholds} */
  const thresholds = () => ({ predIouThresh: fields.iou.valueAsNumber, stabilityScoreThresh: fields.stability.valueAsNumber });

  form.addEventListener('input', ({ target }) => {
    typed.add(target);
    const isThreshold = target === fields.iou || target === fields.stability;
    if (isThreshold && store.state.view.finds.search) filter(thresholds());
    else draw();
  });
  byId('search-close', HTMLButtonElement).addEventListener('click', close);
  byId('search-discard', HTMLButtonElement).addEventListener('click', () => void actions.dropFound().then(close, () => {}));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    quietly(actions.findAll(searchOptions()));
    stop.focus();
  });
  stop.addEventListener('click', () => quietly(actions.stopFinding()));
  addAll.addEventListener('click', () => void actions.takeFound(store.state.view.finds.list.map(({ number }) => number)).then(close, () => {}));
  lower.addEventListener('click', () => {
    const found = store.state.view.finds.search?.lower;
    if (!found) return;
    put(found.thresholds);
    filter(found.thresholds);
  });

  /** What was found stays. */
  function close() {
    actions.showFound(false);
  }

  /** @param {Thresholds} wanted */
  function filter(wanted) {
    filtering++;
    draw();
    const done = actions.filterFound(wanted).finally(() => {
      filtering--;
      draw();
    });
    quietly(done);
  }

  /** @param {Thresholds} options */
  function put({ predIouThresh, stabilityScoreThresh }) {
    fields.iou.valueAsNumber = predIouThresh;
    fields.stability.valueAsNumber = stabilityScoreThresh;
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
    const { search, engine, picture, view } = store.state;
    const { running } = search;
    const { list, search: last } = view.finds;
    if (engine.status === 'running' && (engine.info !== shown || (searched && !last))) {
      shown = engine.info;
      suggest({ ...STANDARD, ...shown.everything });
    }
    const hidden = picture === null || !search.open;
    if (hidden && section.contains(document.activeElement)) stage.focus({ preventScroll: true });
    section.hidden = hidden;
    if (hidden) return;
    if (!running && !filtering) {
      if (last && last !== searched) put(last.thresholds);
      searched = last;
    }
    for (const name of /** @type {const} */ (['iou', 'stability'])) byId(`search-${name}-value`, HTMLOutputElement).textContent = fields[name].valueAsNumber.toFixed(2);
    const found = list.length;
    const wasStop = document.activeElement === stop && !running;
    const had = [addAll, lower].find((button) => button === document.activeElement);
    start.hidden = running !== null;
    stop.hidden = bar.hidden = running === null;
    for (const field of Object.values(fields)) field.disabled = running !== null;
    outcome.hidden = running !== null || found === 0;
    const way = running || found || !last ? null : last.lower;
    lower.hidden = way === null;
    lower.textContent = way ? `Show ${way.count === 1 ? 'it' : `these ${way.count}`}` : '';
    addAll.textContent = found === 1 ? 'Add it' : `Add all ${found}`;
    if (wasStop || (had && !had.checkVisibility())) (outcome.hidden ? (lower.hidden ? start : lower) : addAll).focus();
    start.classList.toggle('primary', found === 0);
    start.textContent = last ? 'Search again' : 'Start';
    if (running) {
      bar.max = running.of || 1;
      if (running.of) bar.value = running.done;
      else bar.removeAttribute('value');
    }
    const text = searchWords(search, view.finds);
    if (state.textContent !== text) state.textContent = text;
  }

  store.subscribe((now, before) => {
    if (now.search !== before.search || now.engine !== before.engine || now.picture !== before.picture || now.view.finds !== before.view.finds) draw();
  });
}
