/**
 * The chip in the bar and the panel that it opens: what runs now and why, the models to choose from, and what is stored of them.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId, h, icon } from '../dom.js';
import { attachPopover } from '../menus/menu.js';
import { mountOwnModel } from './own-model.js';
import { mountOtherCatalogue } from './other-catalogue.js';
import { byteSize, duration, familyName, hostOf, loadingLine, megabytes, partOf, percent, providerName } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Loading, State, Store} from '../state/store.js' */
/** @import {ModelInfo, ModelList} from '../../protocol.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountModelsPanel({ store, actions }) {
  const panel = byId('engine-about', HTMLElement);
  const chip = byId('engine', HTMLButtonElement);
  mountChip(store, chip);
  attachPopover(chip, panel);
  panel.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') quietly(actions.models()); // what is stored may have changed, here or in another tab
  });
  mountNow(store);
  mountProvider(store, actions);
  mountSaid(store);
  mountList(store, actions);
  mountOtherCatalogue({ store, actions });
  mountStorage(store);
  const own = mountOwnModel({ store, actions });

  const open = () => {
    if (!panel.matches(':popover-open')) panel.showPopover();
  };
  return {
    /** Let the person choose the files of a model of their own. */
    pick() {
      open();
      own.pick();
    },
    /** @param {File[]} files  that were dropped on the page @param {string} folder  that was dropped, and has them */
    offer(files, folder) {
      open();
      own.offer(files, folder);
    },
  };
}

/**
 * @param {Store} store
 * @param {HTMLElement} chip
 */
function mountChip(store, chip) {
  const name = byId('engine-model', HTMLElement);
  const label = byId('engine-label', HTMLElement);
  store.subscribe(({ engine, model, loading }, before) => {
    // Text that is set again is laid out again, and a click's answer waits for it.
    if (engine === before.engine && model === before.model && loading === before.loading && label.textContent) return;
    const idle = engine.status === 'starting' ? 'Starting' : 'Not running';
    chip.dataset.engine = engine.status;
    chip.toggleAttribute('data-loading', loading !== null);
    name.textContent = loading ? `Loading ${loading.name}` : model ? `${model.name}, ` : '';
    label.textContent = loading ? share(loading) : engine.status === 'running' ? providerName(engine.info) : idle;
    chip.setAttribute('aria-label', `Engine and models: ${name.textContent}${label.textContent}`);
  });
}

/** @param {Loading} loading */
function share({ progress }) {
  const { loaded, total } = progress ?? {};
  return loaded === undefined || !total ? '' : `, ${percent(loaded / total)}`;
}

/**
 * What runs, and why.
 *
 * @param {Store} store
 */
function mountNow(store) {
  const title = byId('models-title', HTMLElement);
  const now = byId('models-now', HTMLElement);
  store.subscribe((state, before) => {
    const { engine, model, view, modelList } = state;
    const isSame = engine === before.engine && model === before.model && view.timings === before.view.timings && modelList === before.modelList;
    if (isSame && now.childElementCount) return;
    title.textContent = model?.name ?? (engine.status === 'running' ? engine.info.model : 'The engine');
    now.replaceChildren(...facts(state));
  });
}

/** @param {State} state */
function facts({ engine, view, modelList }) {
  if (engine.status === 'starting') return [h('p', {}, 'Starting. A picture can be opened meanwhile.')];
  if (engine.status === 'failed') return [h('p', {}, `${engine.failure.message} ${engine.failure.hint}`)];
  const { info } = engine;
  const isKept = info.storage === 'opfs' && modelList?.models.find(({ current }) => current)?.storedBytes !== 0; // it may have been deleted since
  const { encode, decode, total } = view.timings;
  const { pictures, bytes } = view.encoded;
  const ready = `${pictures === 1 ? '1 picture' : `${pictures} pictures`} kept encoded (${megabytes(bytes)})`;
  const ofModel = decode === undefined ? '' : `, ${duration(decode)} of it in the model`;
  /** @type {[string, string | undefined][]} */
  const rows = [
    ['Runs on', providerName(info)],
    ['Why', info.why],
    ['Model', megabytes(info.modelBytes)],
    ['Kept', isKept ? 'in this browser, for the next visit' : 'in memory, until the tab closes'],
    ['Ready', pictures ? ready : undefined],
    ['Last encode', encode === undefined ? undefined : duration(encode)],
    ['Last answer', total === undefined ? undefined : duration(total) + ofModel],
  ];
  const list = h('dl', {});
  for (const [term, value] of rows) if (value) list.append(h('dt', {}, term), h('dd', {}, value));
  return [list];
}

/**
 * Where the model is to run. What it runs on, and why, is said above.
 *
 * @param {Store} store
 * @param {Actions} actions
 */
function mountProvider(store, actions) {
  const group = byId('provider-switch', HTMLFieldSetElement);
  const radios = [...group.querySelectorAll('input')];
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      const { value } = radio;
      quietly(actions.useProvider(value === 'webgpu' || value === 'wasm' ? value : null));
    });
  }
  store.subscribe((state, before) => {
    const { wish, loading, engine } = state;
    if (wish === before.wish && loading === before.loading && engine === before.engine && state !== before) return;
    group.disabled = engine.status !== 'running';
    // while one is being tried it stays marked; if it fails, the one that holds is marked again
    if (!loading) for (const radio of radios) radio.checked = radio.value === (wish ?? '');
  });
}

/**
 * What has just been done, or went wrong: said here too, because the panel may lie over the message bar.
 *
 * @param {Store} store
 */
function mountSaid(store) {
  const said = byId('models-said', HTMLElement);
  const failed = byId('models-failed', HTMLElement);
  const toTop = () => byId('engine-about', HTMLElement).scrollTo({ top: 0 }); // it is said there, and may be out of sight
  store.subscribe(({ modelNews, messages }, before) => {
    if (said.textContent !== modelNews) {
      said.textContent = modelNews;
      if (modelNews) toTop();
    }
    said.hidden = modelNews === '';
    const find = (/** @type {State['messages']} */ all) => all.findLast(({ topic }) => topic === 'model' || topic === 'catalog');
    const failure = find(messages);
    if (failure === find(before.messages)) return;
    failed.hidden = !failure;
    failed.replaceChildren();
    if (!failure) return;
    toTop();
    const words = h('p', {}, h('strong', {}, failure.text), ' ', failure.hint);
    failed.append(icon('triangle-alert'), words);
    const { action } = failure;
    if (!action) return;
    const button = h('button', { type: 'button', class: 'button' }, action.label);
    button.addEventListener('click', action.run);
    failed.append(button);
  });
}

/**
 * Those that are here come first; what would have to be fetched from elsewhere is folded away, and nothing is asked of anybody before it
 * is chosen.
 *
 * @param {Store} store
 * @param {Actions} actions
 */
function mountList(store, actions) {
  const list = byId('models-list', HTMLElement);
  const elsewhere = byId('models-elsewhere', HTMLDetailsElement);
  const summary = byId('models-elsewhere-title', HTMLElement);
  const far = byId('models-elsewhere-list', HTMLElement);
  let drawn = '';
  store.subscribe((state, before) => {
    const { modelList, loading, engine } = state;
    if (modelList !== before.modelList || loading?.since !== before.loading?.since || engine.status !== before.engine.status) draw(state);
    if (loading !== null) byProgress(list, loading);
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
    const label = own ? `Remove ${name}` : `Delete the stored files of ${name}`;
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

/** The bar and the words that `byProgress` fills in. */
function progressOf() {
  return [h('progress', { 'aria-label': 'Loading' }), h('p', { class: 'quiet', 'data-role': 'progress' })];
}

/**
 * @param {HTMLElement} list
 * @param {Loading} loading
 */
function byProgress(list, loading) {
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

/** @param {Store} store */
function mountStorage(store) {
  const words = byId('models-storage', HTMLElement);
  const meter = byId('models-usage', HTMLMeterElement);
  store.subscribe(({ modelList }, before) => {
    if (modelList === before.modelList && words.textContent) return;
    words.textContent = modelList ? storageLine(modelList) : 'Looking what is stored';
    meter.hidden = !modelList?.quota;
    if (!modelList?.quota) return;
    meter.max = modelList.quota;
    meter.value = modelList.usage;
  });
}

/** @param {ModelList} modelList */
function storageLine({ usage, quota }) {
  return quota ? `${byteSize(usage)} of ${byteSize(quota)} of this browser’s storage used` : `${byteSize(usage)} stored`;
}
