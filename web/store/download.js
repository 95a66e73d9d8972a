/**
 * Brings one file over the network, whatever happens on the way: a connection that breaks is taken up where it broke, mirrors are
 * tried in turn, and what arrives is hashed as it comes.
 *
 * @module
 */

import { createSHA256 } from '../vendor/hash-wasm/index.esm.min.js';
import { FailureError, failure } from '../failure.js';

/**
 * @typedef {{ urls: string[], bytes?: number, sha256?: string }} Source
 *   Mirrors of one file, absolute; what it holds when it is whole, as far as that is known.
 *
 * @typedef {object} Sink  where the bytes go
 * @property {number} size
 * @property {(chunk: Uint8Array<ArrayBuffer>) => void} append
 * @property {(take: (chunk: Uint8Array<ArrayBuffer>) => void) => void} readInto
 * @property {() => void} reset
 *
 * @typedef {{ signal: AbortSignal, onBytes: (loaded: number) => void }} Watch
 */

/** How often a connection is taken up again that brings nothing, and how long to wait before, in milliseconds. */
const PAUSES = [500, 1500, 4000];

/**
 * Fill a sink with a file; what it holds already is gone on from.
 *
 * @param {Source} source
 * @param {Sink} sink
 * @param {Watch} watch
 * @returns {Promise<string>} its SHA-256, which is `source.sha256` if that is given
 * @throws {FailureError} model-unreachable, model-refused, model-html, model-digest or cancelled; a full disk's own error
 */
export async function download(source, sink, watch) {
  /** @type {FailureError | undefined} */
  let last;
  for (const url of source.urls) {
    try {
      return await downloadFrom(url, source, sink, watch);
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code === 'cancelled') throw error;
      last = error;
    }
  }
  throw last ?? failure('model-unreachable', 'There is no address to fetch the model from.', 'Choose another model.');
}

/**
 * @param {string} url
 * @param {Source} source
 * @param {Sink} sink
 * @param {Watch} watch
 * @returns {Promise<string>}
 */
async function downloadFrom(url, source, sink, watch) {
  // Without a digest nothing would tell that the beginning is of an older file than the end.
  if (!source.sha256) sink.reset();
  for (;;) {
    const wentOn = sink.size > 0;
    const digest = await fill(url, source, sink, watch);
    if (!source.sha256 || digest === source.sha256) return digest;
    const details = `${url}: ${sink.size} bytes, ${source.bytes ?? 'an unknown number'} expected; SHA-256 ${digest}`;
    sink.reset();
    // What was there from an earlier visit may be to blame: once more, from the start.
    if (!wentOn) {
      throw failure(
        'model-digest',
        'What was downloaded is not the model that was asked for: its digest differs.',
        'Try again; if it stays so, the file has changed where it comes from.',
        details,
      );
    }
  }
}

/**
 * Fetch until the file is whole, taking up broken connections.
 *
 * @param {string} url
 * @param {Source} source
 * @param {Sink} sink
 * @param {Watch} watch
 * @returns {Promise<string>} the digest of all that the sink holds
 */
async function fill(url, source, sink, { signal, onBytes }) {
  const hash = await createSHA256();
  sink.readInto((chunk) => hash.update(chunk));
  let fruitless = 0;
  for (;;) {
    const before = sink.size;
    try {
      if (source.bytes !== undefined && sink.size === source.bytes) return hash.digest('hex');
      const response = await request(url, sink.size, signal);
      if (response.status !== 206 && sink.size > 0) {
        sink.reset();
        hash.init();
      }
      for await (const chunk of contents(response)) {
        if (sink.size === 0) refusePage(url, response, chunk);
        sink.append(chunk);
        hash.update(chunk);
        onBytes(sink.size);
      }
      // A connection that ends early looks like one that ended well, when the server gave no length.
      if (source.bytes === undefined || sink.size >= source.bytes) return hash.digest('hex');
      throw new TypeError(`the connection ended after ${sink.size} of ${source.bytes} bytes`);
    } catch (error) {
      if (signal.aborted) throw failure('cancelled', 'Loading the model was cancelled.', '');
      // TypeError is what fetch and a broken stream reject with; anything else (a refusal, a full disk) is final here.
      if (!(error instanceof TypeError)) throw error;
      fruitless = sink.size > before ? 0 : fruitless + 1;
      const pause = PAUSES[fruitless];
      if (pause === undefined) {
        throw failure(
          'model-unreachable',
          'The connection broke while the model was loading.',
          'Check the network, then try again: what has arrived is kept.',
          `${url}: ${error.message}`,
        );
      }
      await sleep(pause, signal);
    }
  }
}

/**
 * @param {string} url
 * @param {number} from
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function request(url, from, signal) {
  // A Range that starts somewhere and goes to the end needs no preflight from another origin.
  const response = await fetch(url, { signal, headers: from ? { Range: `bytes=${from}-` } : {} });
  if (response.status === 416) return fetch(url, { signal }); // the file is shorter than what was kept: from the start
  if (response.ok && response.body) return response;
  throw failure(
    'model-refused',
    `The model could not be fetched: the server answered ${response.status}.`,
    'Try again later, or choose another model.',
    `${url}: ${response.status} ${response.statusText}`,
  );
}

/**
 * The file's bytes; one that was packed with gzip comes unpacked.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>}
 */
async function* contents(response) {
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  const first = await reader.read();
  if (first.done) return;
  const isPacked = response.status !== 206 && first.value[0] === 0x1f && first.value[1] === 0x8b;
  const rest = new ReadableStream({
    start: (controller) => controller.enqueue(first.value),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const stream = isPacked ? rest.pipeThrough(new DecompressionStream('gzip')) : rest;
  // A reader rather than `for await` over the stream itself, which not every browser has.
  const unpacked = stream.getReader();
  for (;;) {
    const { done, value } = await unpacked.read();
    if (done) return;
    yield value;
  }
}

/**
 * @param {string} url
 * @param {Response} response
 * @param {Uint8Array} start  of the file
 */
function refusePage(url, response, start) {
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html') || /^\s*<(!doctype|html)/i.test(new TextDecoder().decode(start.subarray(0, 64)));
  if (isPage) {
    throw failure(
      'model-html',
      'The server sent a web page in place of the model.',
      'The address may be wrong, or want you to sign in or to accept a licence first.',
      url,
    );
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
