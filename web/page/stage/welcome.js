/**
 * The empty stage: one sentence, one big button, three samples, and how far the engine is.
 *
 * @module
 */

import { byId, h, icon } from '../dom.js';
import { shownOf } from '../state/store.js';
import { creditLine, megabytes, progressLine, providerName } from '../formatting.js';

/** @import {Store} from '../state/store.js' */
/** @import {Sample} from '../input/samples.js' */
/** @import {Progress, Stage} from '../../protocol.js' */

/** @type {readonly Stage[]} */
const STAGES = ['python', 'model', 'provider'];

/** @param {{ store: Store, samples: Promise<Sample[]>, openSample: (sample: Sample) => void }} parts */
export function mountWelcome({ store, samples, openSample }) {
  const welcome = byId('welcome', HTMLElement);
  const list = byId('engine-progress', HTMLElement);
  const cards = byId('sample-cards', HTMLElement);

  void samples.then((all) => {
    cards.append(...all.slice(0, 3).map((sample) => card(sample, () => openSample(sample))));
    cards.hidden = all.length === 0;
  });

  store.subscribe((state) => {
    const { picture } = shownOf(state);
    welcome.hidden = picture !== null || state.opening !== null;
    if (welcome.hidden) return;
    const { engine } = state;
    if (engine.status === 'starting') {
      const known = STAGES.flatMap((stage) => engine.progress[stage] ?? []);
      list.replaceChildren(...(known.length ? known.map(step) : [step({ stage: 'python', message: 'Starting Python' })]));
    } else if (engine.status === 'running') {
      const { info } = engine;
      list.replaceChildren(done(`Ready: ${state.model?.name ?? info.model} (${megabytes(info.modelBytes)}) on ${providerName(info)}`));
    } else {
      list.replaceChildren();
    }
  });
}

/** @param {Progress} progress */
function step(progress) {
  const { stage, loaded, total } = progress;
  const finished = total !== undefined && loaded === total;
  if (finished) return done(progressLine(progress), stage);
  const bar = h('progress', { 'aria-label': progress.message, ...(total ? { max: total, value: loaded ?? 0 } : {}) });
  return h('li', { 'data-stage': stage }, h('span', {}, progressLine(progress)), bar);
}

/**
 * @param {string} text
 * @param {Stage} [stage]
 */
function done(text, stage) {
  return h('li', { 'data-done': true, ...(stage ? { 'data-stage': stage } : {}) }, icon('check'), h('span', {}, text));
}

/**
 * @param {Sample} sample
 * @param {() => void} open
 */
function card({ id, url, title, alt, credit, licence }, open) {
  const picture = h('img', { src: url, alt, draggable: 'false' });
  const button = h('button', { type: 'button', class: 'sample', 'data-sample': id }, picture, h('span', { class: 'sample-title' }, title));
  button.addEventListener('click', open);
  return h('li', {}, button, h('p', { class: 'quiet credit' }, creditLine(credit, licence)));
}
