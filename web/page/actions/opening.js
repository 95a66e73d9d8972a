/**
 * Opens pictures as a transaction. The new picture is shown at once, but only Python's answer makes it the picture: if it
 * cannot be read, or is given up, the one before comes back with its mask and its points.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { cancelled } from '../client.js';
import { fileOf } from '../input/listed-picture.js';
import { placeOf } from '../input/places.js';
import { RELOAD } from '../bars/messages.js';
import { decodedByBrowser } from './browser-decoding.js';
import { blankPicture, loadPicture, withSize } from '../picture.js';

/** @import {Client} from '../client.js' */
/** @import {Message, Messages} from '../bars/messages.js' */
/** @import {Picture} from '../picture.js' */
/** @import {Opening, Store} from '../state/store.js' */
/** @import {PromptActions} from './prompts.js' */
/** @import {Sending} from './sending.js' */

/** A larger picture is shown only when Python has taken it: merely decoding one could cost a gigabyte, and Python may refuse it. */
const SHOW_AT_ONCE = 100e6;

/**
 * @typedef {Blob | ((signal: AbortSignal) => Promise<Blob>)} Source  a picture's file, or what fetches it
 * @typedef {{ abort: AbortController, sent: boolean, done: Promise<void> }} Transaction
 */

/**
 * @typedef {{ page: number, place: string, bands: number[] | null, embedding: Source | null, fetchDecoder: boolean }} Which
 * @param {{ client: Client, store: Store, messages: Messages, sending: Sending, prompts: PromptActions, pick: () => void, pickDecoder: (take: (file: File) => void) => void,
 *   useModel: (id: string) => Promise<void> }} parts  an empty id is the model that comes with the site
 */
export function createOpening({ client, store, messages, sending, prompts, pick, pickDecoder, useModel }) {
  /** The newest one; older ones are being given up. @type {Transaction | null} */
  let newest = null;

  /** The file that is open. @type {{ source: Blob, name: string, place: string, embedding: Source | null } | null} */
  let opened = null;

  /** @param {Transaction} transaction */
  function giveUp(transaction) {
    if (transaction.abort.signal.aborted) return;
    transaction.abort.abort();
    // Once sent, Python's answer decides: it may already have taken the picture.
    if (transaction.sent) client.call('cancel', {}).catch(() => {});
  }

  /**
   * @param {Transaction} transaction
   * @param {Partial<Opening>} patch
   */
  function amend(transaction, patch) {
    const { opening } = store.state;
    if (opening && newest === transaction) store.update({ opening: { ...opening, ...patch } });
  }

  /**
   * @param {Transaction} transaction
   * @param {Source} source
   * @param {string} name
   * @param {Which & { again: boolean, decoded: Picture | null }} which
   */
  async function run(transaction, source, name, { page, again, place, decoded, bands, embedding, fetchDecoder }) {
    const { signal } = transaction.abort;
    /** The one to dispose of if this fails. @type {Picture | null} */
    let picture = decoded;
    let preview = Promise.resolve();
    try {
      const { engine } = store.state;
      if (engine.status === 'failed' && !embedding) throw new TabsamError(engine.failure); // with one, another model may answer
      if (picture) amend(transaction, { picture, exact: true });
      const blob = await fileOf(source, signal);
      signal.throwIfAborted();
      // the browser can show the first page only, and chooses no bands
      if (!page && !bands) picture ??= await loadPicture(blob, name).catch(() => null);
      signal.throwIfAborted();
      const shown = picture !== null;
      if (picture && picture !== decoded && picture.width * picture.height <= SHOW_AT_ONCE) void show(picture);

      // The engine may still be starting: the file is read meanwhile.
      const bytes = await blob.arrayBuffer().catch(unreadable);
      // of the file's first page as it is, and of none other
      const embedded = embedding && !page && !bands ? await fileOf(embedding, signal) : null;
      const given = await embedded?.arrayBuffer().catch(unreadable);
      signal.throwIfAborted();

      const pixels = await decodedByBrowser(blob, picture).catch(() => undefined); // Python then says what it lacks
      signal.throwIfAborted();

      transaction.sent = true;
      const view = await client.call(
        'open',
        { bytes, name, place: place || placeOf(blob), preview: !shown, page, again, bands: bands ?? undefined, decoded: pixels, embedding: given, fetchDecoder },
        {
          transfer: given ? [bytes, given] : [bytes],
          onProgress(progress) {
            amend(transaction, { progress });
            if (progress.preview) preview = showPreview(progress.preview);
            else if (picture && !store.state.opening?.picture) void show(picture);
          },
        },
      );
      await preview;

      const { width, height } = view.image ?? { width: 1, height: 1 };
      picture = { ...withSize(picture ?? blankPicture(name, width, height), width, height), name: view.image?.name ?? name };
      opened = { source: blob, name, place, embedding };
      if (embedded && !saysWhose(embedded)) messages.say({ topic: 'embedding', tone: 'notice', ...UNSIGNED });
      const before = store.state.picture;
      const current = newest === transaction;
      sending.startOver();
      store.update({ picture, view, selecting: null, ...(current ? { opening: null } : {}) });
      before?.dispose();
      picture = null; // the store's now
      if (current) {
        newest = null;
        prompts.flush();
      }
    } catch (thrown) {
      void preview.then(() => picture?.dispose());
      if (newest === transaction) {
        newest = null;
        store.update({ opening: null });
        prompts.discard();
      }
      throw signal.aborted ? cancelled() : TabsamError.from(thrown);
    }

    /**
     * Put it on the stage once it is decoded, so that it does not flash in. Python need not wait for that.
     *
     * @param {Picture} loaded
     */
    async function show(loaded) {
      await loaded.img?.decode().catch(() => {});
      amend(transaction, { picture: loaded, exact: true });
    }

    /** @param {ArrayBuffer} png */
    async function showPreview(png) {
      const before = picture;
      picture = (await loadPicture(new Blob([png], { type: 'image/png' }), name).catch(() => null)) ?? before;
      if (picture === before) return;
      amend(transaction, { picture, exact: false });
      before?.dispose();
    }
  }

  /**
   * @param {Source} source
   * @param {string} [name]
   * @param {{ page?: number, stays?: boolean, again?: boolean, place?: string, decoded?: Picture | null, bands?: number[] | null, embedding?: Source | null,
   *   fetchDecoder?: boolean, retry?: ((changes: Partial<Which>) => Promise<void>) | null }} [options]  `page` from 0;
   *   `stays`: of the file that is open; `again`: one comes back to it; `place`: the folder that it came from, where the file does not know; `decoded`: it, to
   *   be shown at once; `bands`: those to be seen; `embedding`: what an encoder has made of it, so that it need not be encoded; `fetchDecoder`: the
   *   decoder that goes with that may be fetched from elsewhere; `retry`: tries it in another way, for who lists it
   * @returns {Promise<void>}  when the picture is encoded; rejects with a TabsamError, `cancelled` among them
   */
  async function open(
    source,
    name = source instanceof File ? source.name : 'picture',
    { page = 0, stays = false, again = false, place = '', decoded = null, bands = null, embedding = null, fetchDecoder = false, retry = null } = {},
  ) {
    if (newest) giveUp(newest);
    prompts.discard();
    for (const topic of ['open', 'embedding']) messages.unsay(topic);
    /** @type {Transaction} */
    const transaction = { abort: new AbortController(), sent: false, done: Promise.resolve() };
    newest = transaction;
    store.update({ opening: { name, picture: null, progress: null, since: performance.now(), exact: false, page: stays ? page : null } });
    transaction.done = run(transaction, source, name, { page, again, place, decoded, bands, embedding, fetchDecoder });
    try {
      await transaction.done;
    } catch (thrown) {
      const error = TabsamError.from(thrown);
      const which = { page, place, bands, embedding, fetchDecoder };
      const openWith = (/** @type {Partial<Which>} */ changes) => void (retry?.({ fetchDecoder, ...changes }) ?? open(source, name, { stays, again, ...which, ...changes })).catch(() => {});
      if (store.state.engine.status === 'failed' && !embedding) messages.report('engine', error, RELOAD);
      else report(error, embedding, openWith);
      throw error;
    }
  }

  /** @param {TabsamError} error @param {Source | null} embedding @param {(changes: Partial<Which>) => void} openWith */
  function report(error, embedding, openWith) {
    const [way, other] = waysOut(error, embedding, openWith);
    messages.report('open', error, way, other);
  }

  /**
   * The buttons of the message: a picture that cannot be read will not get better by trying again.
   *
   * @param {TabsamError} error
   * @param {Source | null} embedding
   * @param {(changes: Partial<Which>) => void} openWith  tries it again
   * @returns {Message['action'][]}
   */
  function waysOut(error, embedding, openWith) {
    const { code, ways } = error;
    if (code === 'encoder-absent' || code === 'encoder-missing') return waysToEncode(() => openWith({}), code === 'encoder-absent');
    if (embedding && /^(embedding|decoder|encoder)-/.test(code)) {
      const encode = { label: 'Open it without', run: () => openWith({ embedding: null }) };
      if (code === 'decoder-elsewhere') return [{ label: 'Get the decoder', run: () => openWith({ fetchDecoder: true }) }, encode];
      const choose = { label: 'Choose its decoder', run: () => pickDecoder((file) => void takeDecoder(file, embedding, () => openWith({}))) };
      return /^decoder-(unknown|other)$/.test(code) ? [choose, encode] : [encode];
    }
    if (ways.length) return ways.map((way) => ({ label: way.label, run: () => void way.run().then(() => openWith({}), () => report(error, embedding, openWith)) }));
    if (/image|file|picture/.test(code)) return [{ label: 'Choose another picture', run: pick }];
    return [{ label: 'Try again', run: () => openWith({}) }];
  }

  /**
   * Take the decoder that an embedding belongs to.
   *
   * @param {File} decoder
   * @param {Source} embedding
   * @param {() => void} open  when it is there
   */
  async function takeDecoder(decoder, embedding, open) {
    try {
      const bytes = await (await fileOf(embedding)).arrayBuffer().catch(unreadable);
      await client.call('takeDecoder', { decoder, embedding: bytes }, { transfer: [bytes] });
      open();
    } catch (thrown) {
      messages.report('open', thrown, { label: 'Choose another file', run: () => pickDecoder((file) => void takeDecoder(file, embedding, open)) });
    }
  }

  /**
   * What lets a picture be encoded while only a decoder is here: its encoder, or the site's own model.
   *
   * @param {() => void} open
   * @param {boolean} canGet  whether the encoder is somewhere
   * @returns {Message['action'][]}
   */
  function waysToEncode(open, canGet) {
    const { model } = store.state;
    const use = (/** @type {string} */ id) => void useModel(id).then(open, () => {}); // it has been said
    const own = { label: 'Use the built-in model', run: () => use('') };
    return model && canGet ? [{ label: `Get the encoder of ${model.name}`, run: () => use(model.id) }, own] : [own];
  }

  /** Open the picture that is open once more. @param {Partial<Which & { again: boolean }>} changes  what of it is to be seen */
  async function openAgain(changes) {
    if (!opened) return;
    const { source, name, place, embedding } = opened;
    await open(source, name, { stays: true, place, embedding, ...changes });
  }

  return {
    open,

    /**
     * Turn to another page of the file that is open.
     *
     * @param {number} page  from 0
     */
    turnPage: (page) => openAgain({ page }),

    /** Open the picture that is open once more: another Python does not have it. */
    reopen: () => openAgain({ page: store.state.view.pages?.at ?? 0, again: true, bands: store.state.view.bands?.shown ?? null }),

    /**
     * See other bands of the page that is open.
     *
     * @param {number[]} bands  three for red, green and blue, or one as grey
     */
    chooseBands: (bands) => openAgain({ page: store.state.view.pages?.at ?? 0, again: true, bands }),

    /** The file of the picture that is open. */
    openedFile: () => opened?.source ?? null,

    /** Give up the picture that is being opened; does nothing if none is. */
    cancel() {
      if (newest) giveUp(newest);
    },

    /** Resolves when no picture is being opened, however that ended. */
    async settled() {
      while (newest) await newest.done.catch(() => {});
    },
  };
}

/** Meta's arrays say neither which model made them nor of which picture. @param {Blob} embedding */
const saysWhose = (embedding) => !(embedding instanceof File && /\.npy$/i.test(embedding.name));

const UNSIGNED = {
  text: 'This embedding does not say which model made it.',
  hint: 'If masks make no sense, use the model that did, and open the picture again.',
};

/**
 * @param {unknown} thrown
 * @returns {never}
 */
function unreadable(thrown) {
  throw new TabsamError({
    code: 'file-unreadable',
    message: 'The file could not be read.',
    hint: 'It may have been moved or changed since; choose it again.',
    details: String(thrown),
  });
}
