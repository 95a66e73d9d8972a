/**
 * The panel that the chip in the bar opens: what runs now and why, the models to choose from, and what is stored of them.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId, h, icon } from '../dom.js';
import { byteSize } from '../formatting.js';
import { attachPopover } from '../menus/menu.js';
import { mountEngineChip } from './engine-chip.js';
import { mountModelList } from './model-list.js';
import { mountOtherCatalogue } from './other-catalogue.js';
import { mountOwnModel } from './own/own-model.js';
import { mountProviderSwitch } from './provider-switch.js';
import { mountRunningModel } from './running-model.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {State, Store} from '../state/store.js' */
/** @import {ModelList} from '../../protocol.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountModelsPanel({ store, actions }) {
  const panel = byId('engine-about', HTMLElement);
  const chip = byId('engine', HTMLButtonElement);
  mountEngineChip(store, chip);
  attachPopover(chip, panel);
  panel.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') quietly(actions.models()); // what is stored may have changed, here or in another tab
  });
  mountRunningModel(store);
  mountProviderSwitch(store, actions);
  mountModelNews(store);
  mountModelList(store, actions);
  mountOtherCatalogue({ store, actions });
  mountStorageMeter(store);
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
 * What has just been done, or went wrong: said here too, because the panel may lie over the message bar.
 *
 * @param {Store} store
 */
function mountModelNews(store) {
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

/** @param {Store} store */
function mountStorageMeter(store) {
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
