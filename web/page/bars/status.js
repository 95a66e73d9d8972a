/**
 * The status line, the window's title and `<body data-state>`: one state at a time, in words.
 *
 * @module
 */

import { byId } from '../dom.js';
import { phaseOf, shownOf, startProgressOf } from '../state/store.js';
import { idleSentence } from './idle-sentence.js';
import { duration, loadingLine, percent, pixels, progressLine, providerName } from '../formatting.js';

/** @import {Edit} from '../state/pending-edits.js' */
/** @import {State, Store} from '../state/store.js' */

/** Changes of the prompts that have the model asked. @type {ReadonlySet<Edit['kind']>} */
const ASKS = new Set(['add', 'move', 'label', 'box', 'remove', 'unmask']);

/** Work shorter than this passes without a word: text that flickers says nothing. */
const SAY_AFTER_MS = 300;

/** @param {Store} store */
export function mountStatus(store) {
  const doing = byId('status', HTMLElement);
  const facts = {
    zoom: byId('fact-zoom', HTMLElement),
    size: byId('fact-size', HTMLElement),
    provider: byId('fact-provider', HTMLElement),
    timings: byId('fact-timings', HTMLElement),
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  let said = '';

  /** @param {string} text */
  function say(text) {
    clearTimeout(later);
    said = text;
    if (doing.textContent !== text) doing.textContent = text; // else a screen reader would say it again at every change
  }

  const run = byId('run', HTMLElement);
  const progress = byId('run-progress', HTMLProgressElement);

  store.subscribe((state, before) => {
    if (state.run !== before.run) showRun(state.run);
  });

  /** @param {State['run']} now */
  function showRun(now) {
    if (!now && run.contains(document.activeElement)) byId('stage', HTMLElement).focus({ preventScroll: true });
    run.hidden = now === null;
    if (now) Object.assign(progress, { max: now.of, value: now.done });
  }

  store.subscribe((state) => {
    const phase = phaseOf(state);
    document.body.dataset.state = phase;
    const title = titleOf(state);
    if (document.title !== title) document.title = title;
    const text = sentence(state);
    if (phase === 'decoding' && text !== said) {
      clearTimeout(later);
      later = setTimeout(() => say(text), SAY_AFTER_MS);
    } else {
      say(text);
    }
    const { picture, view } = shownOf(state);
    const { encode, total, decode } = view.timings;
    const answer = total ?? decode;
    show(facts.zoom, state.zoom === null ? '' : percent(state.zoom));
    show(facts.size, picture ? pixels(picture) : '');
    show(facts.provider, state.engine.status === 'running' ? providerName(state.engine.info) : '');
    const times = [encode === undefined ? '' : `encode ${duration(encode)}`, answer === undefined ? '' : `mask ${duration(answer)}`];
    show(facts.timings, times.filter(Boolean).join(', '));
  });
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}

/** @param {State} state */
function titleOf(state) {
  const { opening, picture } = state;
  const name = opening?.name ?? picture?.name;
  const phase = phaseOf(state);
  if (phase === 'encoding') return `Encoding ${name} – tabsam`;
  if (phase === 'starting') return name ? `Starting, ${name} – tabsam` : 'Starting – tabsam';
  return name ? `${name} – tabsam` : 'tabsam';
}

/** @param {State} state */
function sentence(state) {
  const { opening, loading } = state;
  const phase = phaseOf(state);
  if (state.scripting) return 'Python is busy with your script.';
  if (loading && (phase === 'ready' || phase === 'idle')) return `Loading ${loading.name}: ${loadingLine(loading)}`;
  switch (phase) {
    case 'error':
      return 'The engine is not running.';
    case 'starting': {
      const progress = startProgressOf(state);
      return progress ? progressLine(progress) : 'Starting Python';
    }
    case 'encoding':
      return opening?.progress ? progressLine(opening.progress) : 'Reading the picture';
    case 'ready':
      return 'Ready for a picture.';
    case 'decoding':
      // not every change asks the model: renaming an object does not
      return state.view.decoding || state.edits.some(({ kind }) => ASKS.has(kind)) ? 'Looking for the object' : 'Working';
    case 'idle':
      return idleSentence(state);
  }
}
