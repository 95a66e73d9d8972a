/**
 * The models to choose from. Those that are here come first; what would have to be fetched from elsewhere is folded away, and nothing is
 * asked of anybody before it is chosen.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId, h, icon } from '../dom.js';
import { byteSize, familyName, hostOf, loadingLine, partOf } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Loading, State, Store} from '../state/store.js' */
/** @import {ModelInfo} from '../../protocol.js' */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function mountModelList(store, actions) {
  const list = byId('models-list', HTMLElement);
  const elsewhere = byId('models-elsewhere', HTMLDetailsElement);
  const summary = byId('models-elsewhere-title', HTMLElement);
  const far = byId('models-elsewhere-list', HTMLElement);
  let drawn = '';
  store.subscribe((state, before) => {
    const { modelList, loading, engine } = state;
    if (modelList !== before.modelList || loading?.since !== before.loading?.since || engine.status !== before.engine.status) draw(state);
    if (loading !== null) writeProgress(list, loading);
  });

  /** @param {State} state */
  function draw({ modelList, loading, engine }) {
    const models = modelList?.models ?? [];
    const seen = models.map((model) => (model.id === loading?.id ? { ...model, storedBytes: null } : model)); // its bar says that
    const now = JSON.stringify([seen, loading?.since, engine.status]);
    if (now === drawn) return; // a button that is being pressed must stay the one that it is
    drawn = now;
    const { activeElement } = document;
    const focused = list.contains(activeElement) || far.contains(activeElement) ? activeElement?.getAttribute('aria-label') : null;
    const isFar = (/** @type {ModelInfo} */ { host, storedBytes, current, id, own }) => host !== '' && !own && !storedBytes && !current && loading?.id !== id;
    const rowOf = (/** @type {ModelInfo} */ model) => row(model, loading, engine.status === 'starting', actions);
    const rows = models.filter((model) => !isFar(model)).map(rowOf);
    // one that is being added is not on the list yet
    if (loading && !models.some(({ id }) => id === loading.id)) rows.push(newRow(loading, actions));
    list.replaceChildren(...rows);
    const others = models.filter(isFar);
    far.replaceChildren(...others.map(rowOf));
    elsewhere.hidden = others.length === 0;
    summary.textContent = `${others.length} more to fetch`;
    list.querySelector('progress')?.closest('li')?.scrollIntoView({ block: 'nearest' });
    if (!focused) return;
    const buttons = [...list.querySelectorAll('button'), ...far.querySelectorAll('button')];
    const same = buttons.find((button) => button.getAttribute('aria-label') === focused);
    (same ?? list.querySelector('button[data-role="stop"]') ?? list).focus();
  }
}

/**
 * @param {ModelInfo} model
 * @param {Loading | null} loading
 * @param {boolean} starting  nothing runs yet that another could take the place of
 * @param {Actions} actions
 */
function row(model, loading, starting, actions) {
  const { id, name, description, family, licence, dtype, bytes, source, storedBytes, own, current } = model;
  const isLoading = loading?.id === id;
  const about = [familyName(family), dtype, licence.replaceAll('-', '\u2011'), bytes === null ? 'size unknown' : byteSize(bytes)];
  const item = h('li', { class: 'model', 'data-model': id, ...(current ? { 'aria-current': 'true' } : {}) });
  item.append(
    h(
      'div',
      { class: 'model-head' },
      h('h4', {}, name, ...(own ? [' ', h('span', { class: 'quiet' }, 'yours')] : [])),
      isLoading ? stopButton(name, actions) : current ? h('span', { class: 'in-use' }, icon('check'), 'In use') : useButton(),
    ),
    h('p', { class: 'quiet' }, about.filter(Boolean).join(' · ')),
    ...(description ? [h('p', {}, description)] : []),
  );
  if (isLoading) item.append(...progressOf());
  else item.append(h('div', { class: 'model-foot' }, h('span', { class: 'quiet' }, storedLine(model)), ...(storedBytes > 0 ? [deleteButton()] : source ? [sourceLink()] : [])));
  return item;

  function sourceLink() {
    const link = h('a', { class: 'link', href: source, target: '_blank', rel: 'noopener noreferrer', 'aria-label': `About ${name}, on ${hostOf(source)}` });
    link.append('About it');
    return link;
  }

  function useButton() {
    const button = h('button', { type: 'button', class: 'button', 'data-role': 'use', 'aria-label': `Use ${name}` }, 'Use');
    button.disabled = starting;
    button.addEventListener('click', () => quietly(actions.useModel(id)));
    return button;
  }

  function deleteButton() {
    const words = own ? 'Remove this model' : 'Delete stored files';
    const label = `${words}: ${name}`;
    const button = h('button', { type: 'button', class: 'link', 'data-role': 'delete', 'aria-label': label }, words);
    button.addEventListener('click', () => quietly(actions.removeModel(id)));
    return button;
  }
}

/**
 * @param {Loading} loading
 * @param {Actions} actions
 */
function newRow({ name }, actions) {
  return h('li', { class: 'model' }, h('div', { class: 'model-head' }, h('h4', {}, name), stopButton(name, actions)), ...progressOf());
}

/**
 * @param {string} name
 * @param {Actions} actions
 */
function stopButton(name, actions) {
  const button = h('button', { type: 'button', class: 'button', 'data-role': 'stop', 'aria-label': `Stop loading ${name}` }, 'Stop');
  button.addEventListener('click', () => quietly(actions.stopLoading()));
  return button;
}

/** The bar and the words that `writeProgress` fills in. */
function progressOf() {
  return [h('progress', { 'aria-label': 'Loading' }), h('p', { class: 'quiet', 'data-role': 'progress' })];
}

/**
 * @param {HTMLElement} list
 * @param {Loading} loading
 */
function writeProgress(list, loading) {
  const bar = list.querySelector('progress');
  const words = list.querySelector('[data-role="progress"]');
  if (!bar || !words) return;
  words.textContent = loadingLine(loading);
  const { loaded, total } = loading.progress ?? {};
  if (loaded !== undefined && total) {
    bar.max = total;
    bar.value = loaded;
  } else {
    bar.removeAttribute('value');
  }
}

/** @param {ModelInfo} model */
function storedLine({ bytes, storedBytes, own, current, host }) {
  if (storedBytes === 0) {
    if (current) return 'Not stored';
    if (host) return `To fetch from ${host}`;
    return bytes === null ? 'Not stored yet' : `Not stored yet: ${byteSize(bytes)} to fetch`;
  }
  if (own || bytes === null || storedBytes >= bytes) return 'Stored in this browser';
  return `${partOf(storedBytes, bytes)} stored`;
}
