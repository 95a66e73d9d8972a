/**
 * A model of the person's own: two files, a folder that has them, or two addresses; which of them is which; and a name.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { NONE, bareName, isModelFile, isWeightsFile, nameOf, pairAmong, pairOf } from './model-file-roles.js';
import { byteSize } from '../../formatting.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Pair} from './model-file-roles.js' */
/** @import {Store} from '../../state/store.js' */

const ROLES = /** @type {const} */ (['encoder', 'decoder']);

/** @param {{ store: Store, actions: Actions }} parts */
export function mountOwnModel({ store, actions }) {
  const form = byId('own-model', HTMLFormElement);
  const note = byId('own-note', HTMLElement);
  const input = byId('own-files', HTMLInputElement);
  const folderInput = byId('own-folder', HTMLInputElement);
  const name = byId('own-name', HTMLInputElement);
  const add = byId('own-add', HTMLButtonElement);
  const swap = byId('own-swap', HTMLButtonElement);
  const slots = { encoder: byId('own-encoder', HTMLElement), decoder: byId('own-decoder', HTMLElement) };
  const addresses = { encoder: byId('own-encoder-url', HTMLInputElement), decoder: byId('own-decoder-url', HTMLInputElement) };
  /** @type {Pair} */
  let pair = NONE;
  /** What came along, among which are the files that graphs keep weights in. @type {File[]} */
  let weights = [];
  /** Where the model is to come from: whichever was touched last. @type {'files' | 'web'} */
  let source = 'files';
  /** The slot that the next file is for, null for whichever it fits. @type {'encoder' | 'decoder' | null} */
  let wanted = null;
  let complaint = '';
  /** The name that was put there; another is the person's own. */
  let guess = '';

  /** @param {'encoder' | 'decoder' | null} slot */
  function pick(slot) {
    wanted = slot;
    input.multiple = slot === null;
    input.click();
  }

  /**
   * @param {File[]} files
   * @param {string} [folder]  that they were in; it may hold anything else
   */
  function offer(files, folder = '') {
    const usable = files.filter(isModelFile);
    const known = [pair.encoder, pair.decoder].filter((file) => file !== null);
    weights = usable.length ? files.filter(isWeightsFile) : [...weights, ...files.filter(isWeightsFile)];
    complaint = complaintAbout(files, usable, folder);
    // one file beside one that is there already makes a pair; two begin anew
    if (usable.length) put(usable.length === 1 && known.length === 1 ? pairOf([...known, ...usable]) : pairAmong(usable), folder);
    else if (folder) put(NONE, folder);
    show();
  }

  /**
   * @param {Pair} next
   * @param {string} [folder]
   */
  function put(next, folder) {
    source = 'files';
    pair = next;
    suggest(nameOf(pair, folder));
  }

  /** @param {string} text */
  function suggest(text) {
    if (name.value.trim() === '' || name.value === guess) name.value = text;
    guess = text;
  }

  /** What the model is to be made of. */
  const given = () => (source === 'web' ? { encoder: addresses.encoder.value.trim(), decoder: addresses.decoder.value.trim() } : pair);

  function show() {
    const { encoder, decoder, sure } = pair;
    const ready = ROLES.every((role) => given()[role]);
    form.dataset.source = source === 'web' ? 'web' : encoder || decoder ? 'files' : 'none';
    for (const role of ROLES) {
      const file = pair[role];
      slots[role].textContent = file ? `${file.name}, ${byteSize(file.size)}` : 'not chosen yet';
    }
    const doubt = sure || !encoder || !decoder ? '' : 'The names do not say which is which; the larger one is usually the encoder. Swap them if not.';
    const words = source === 'web' ? complaint : [complaint, doubt].filter(Boolean).join(' ');
    if (note.textContent !== words) note.textContent = words;
    note.hidden = words === '';
    swap.disabled = !ready;
    add.disabled = !ready || store.state.loading !== null || store.state.engine.status === 'starting';
  }

  function empty() {
    pair = NONE;
    weights = [];
    source = 'files';
    complaint = name.value = guess = '';
    for (const role of ROLES) addresses[role].value = '';
    show();
  }

  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    const [file] = files;
    if (wanted && file && isModelFile(file)) {
      complaint = '';
      put({ ...pair, [wanted]: file, sure: true });
      show();
    } else {
      offer(files);
    }
  });
  folderInput.addEventListener('change', () => {
    const files = [...(folderInput.files ?? [])];
    folderInput.value = '';
    if (files[0]) offer(files, files[0].webkitRelativePath.split('/')[0] || 'folder');
  });
  byId('own-choose', HTMLButtonElement).addEventListener('click', () => pick(null));
  byId('own-choose-folder', HTMLButtonElement).addEventListener('click', () => folderInput.click());
  byId('own-choose-encoder', HTMLButtonElement).addEventListener('click', () => pick('encoder'));
  byId('own-choose-decoder', HTMLButtonElement).addEventListener('click', () => pick('decoder'));
  swap.addEventListener('click', () => {
    if (source === 'files') put({ encoder: pair.decoder, decoder: pair.encoder, sure: true });
    else [addresses.encoder.value, addresses.decoder.value] = [addresses.decoder.value, addresses.encoder.value];
    show();
  });
  for (const role of ROLES) {
    addresses[role].addEventListener('input', () => {
      const typed = ROLES.some((one) => addresses[one].value.trim());
      source = typed ? 'web' : 'files';
      complaint = '';
      suggest(typed ? nameOfAddress(addresses.encoder.value || addresses.decoder.value) : nameOf(pair));
      show();
    });
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (add.disabled) return;
    const { encoder, decoder } = given();
    if (!encoder || !decoder) return;
    const adding = actions.addModel(encoder, decoder, name.value.trim() || guess, weights);
    quietly(adding);
    // when it fails everything stays where it is: one of the files may be swapped for another; and what has been chosen meanwhile stays
    await adding.then(() => given().encoder === encoder && given().decoder === decoder && empty(), () => {});
  });
  store.subscribe((state, before) => {
    if (state.loading !== before.loading || state.engine !== before.engine || state === before) show();
  });

  return { pick: () => pick(null), offer };
}

/**
 * @param {File[]} files
 * @param {File[]} usable
 * @param {string} folder
 */
function complaintAbout(files, usable, folder) {
  if (folder) {
    const { encoder, decoder } = pairAmong(usable);
    if (!encoder || !decoder) return `There is no encoder with its decoder in “${folder}”. Choose the two files themselves.`;
    return usable.length > 2 ? `There are ${usable.length} graphs in “${folder}”; these two are taken. Choose others below if they are not the ones.` : '';
  }
  if (usable.length > 2) return 'A model is two files. Choose others below if these are not the ones.';
  return usable.length < files.filter((file) => !isWeightsFile(file)).length ? 'Only .onnx and .ort files can be models.' : '';
}

/**
 * The last part of an address that says more than what the file is.
 *
 * @param {string} address
 */
function nameOfAddress(address) {
  if (!URL.canParse(address)) return '';
  const [host = '', ...path] = [new URL(address).host, ...new URL(address).pathname.split('/').filter(Boolean)];
  return bareName(decodeURIComponent(path.at(-1) ?? '')) || host;
}
