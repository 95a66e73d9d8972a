/**
 * A model of the person's own: two files, which of them is which, and a name.
 *
 * @module
 */

import { quietly } from './actions/actions.js';
import { byId } from './dom.js';
import { isModelFile, nameOf, pairOf } from './model-files.js';
import { byteSize } from './words.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {Pair} from './model-files.js' */
/** @import {Store} from './store.js' */

/** @type {Pair} */
const NONE = { encoder: null, decoder: null, sure: true };

/** @param {{ store: Store, actions: Actions }} parts */
export function mountOwnModel({ store, actions }) {
  const form = byId('own-model', HTMLFormElement);
  const note = byId('own-note', HTMLElement);
  const input = byId('own-files', HTMLInputElement);
  const name = byId('own-name', HTMLInputElement);
  const add = byId('own-add', HTMLButtonElement);
  const slots = { encoder: byId('own-encoder', HTMLElement), decoder: byId('own-decoder', HTMLElement) };
  /** @type {Pair} */
  let pair = NONE;
  /** The slot that the next file is for, null for whichever it fits. @type {'encoder' | 'decoder' | null} */
  let wanted = null;
  let complaint = '';

  /** @param {'encoder' | 'decoder' | null} slot */
  function pick(slot) {
    wanted = slot;
    input.multiple = slot === null;
    input.click();
  }

  /** @param {File[]} files */
  function offer(files) {
    const usable = files.filter(isModelFile);
    complaint = usable.length < files.length ? 'Only .onnx and .ort files can be models.' : '';
    if (usable.length > 2) complaint = 'A model is two files; the last two are taken.';
    const known = [pair.encoder, pair.decoder].filter((file) => file !== null);
    // one file beside one that is there already makes a pair; two begin anew
    if (usable.length) put(pairOf(usable.length === 1 && known.length === 1 ? [...known, ...usable] : usable));
    show();
  }

  /** @param {Pair} next */
  function put(next) {
    const guessed = name.value.trim() === '' || name.value === nameOf(pair);
    pair = next;
    if (guessed) name.value = nameOf(pair);
  }

  function show() {
    const { encoder, decoder, sure } = pair;
    form.toggleAttribute('data-files', encoder !== null || decoder !== null);
    for (const role of /** @type {const} */ (['encoder', 'decoder'])) {
      const file = pair[role];
      slots[role].textContent = file ? `${file.name}, ${byteSize(file.size)}` : 'not chosen yet';
    }
    const doubt = sure || !encoder || !decoder ? '' : 'The names do not say which is which; the larger one is usually the encoder. Swap them if not.';
    const words = [complaint, doubt].filter(Boolean).join(' ');
    if (note.textContent !== words) note.textContent = words;
    note.hidden = words === '';
    byId('own-swap', HTMLButtonElement).disabled = !encoder || !decoder;
    add.disabled = !encoder || !decoder || store.state.loading !== null || store.state.engine.status === 'starting';
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
  byId('own-choose', HTMLButtonElement).addEventListener('click', () => pick(null));
  byId('own-choose-encoder', HTMLButtonElement).addEventListener('click', () => pick('encoder'));
  byId('own-choose-decoder', HTMLButtonElement).addEventListener('click', () => pick('decoder'));
  byId('own-swap', HTMLButtonElement).addEventListener('click', () => {
    put({ encoder: pair.decoder, decoder: pair.encoder, sure: true });
    show();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { encoder, decoder } = pair;
    if (!encoder || !decoder || add.disabled) return;
    const adding = actions.addModel(encoder, decoder, name.value.trim() || nameOf(pair));
    quietly(adding);
    // when it fails the files stay where they are: one of them may be swapped for another
    await adding.then(
      () => {
        pair = NONE;
        name.value = '';
        show();
      },
      () => {},
    );
  });
  store.subscribe((state, before) => {
    if (state.loading !== before.loading || state.engine !== before.engine || state === before) show();
  });

  return { pick: () => pick(null), offer };
}
