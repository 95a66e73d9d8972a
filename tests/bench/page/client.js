/**
 * What the bench does in a page, of the site or of its own: asks its workers, and watches when something is painted.
 *
 * @module
 */

/**
 * @typedef {'model' | 'python'} Kind
 * @typedef {{ id: number, result?: unknown, error?: string }} Reply
 * @typedef {{ click: number, painted: number, presented: number }} Seen
 *   Milliseconds since the page began: the pointer's event, the end of the drawing, and the end of the frame that it was drawn in.
 */

/** @type {Map<Kind, Worker>} */
const workers = new Map();
let lastId = 0;

/**
 * Ask one of the bench's workers; it is started when it is not there.
 *
 * @param {Kind} kind
 * @param {string} method
 * @param {object} params
 * @returns {Promise<unknown>}
 */
export function ask(kind, method, params) {
  const worker = workers.get(kind) ?? new Worker(new URL(`./${kind}-worker.js`, import.meta.url), { type: 'module' });
  workers.set(kind, worker);
  const id = ++lastId;
  const listening = new AbortController();
  const { signal } = listening;
  return new Promise((resolve, reject) => {
    const fail = (/** @type {ErrorEvent} */ { message }) => reject(new Error(message || `${kind}-worker.js could not be loaded`));
    const receive = (/** @type {MessageEvent<Reply>} */ { data }) => {
      if (data.id !== id) return;
      if (data.error === undefined) resolve(data.result);
      else reject(new Error(data.error));
      listening.abort();
    };
    worker.addEventListener('error', fail, { signal });
    worker.addEventListener('message', receive, { signal });
    worker.postMessage({ id, method, params });
  });
}

/** The one that is waited for. @type {((seen: Seen) => void) | null} */
let waiting = null;
/** What came before it was waited for. @type {Seen | null} */
let seen = null;

const mark = performance.mark.bind(performance);
performance.mark = (name, options) => {
  if (name === 'tabsam:painted') afterThisFrame(performance.now());
  return mark(name, options);
};

/** @param {number} painted */
function afterThisFrame(painted) {
  // A message that is posted while a frame is drawn arrives when the frame has left the main thread.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const click = performance.getEntriesByName('tabsam:click').at(-1)?.startTime ?? NaN;
    seen = { click, painted, presented: performance.now() };
    waiting?.(seen);
  };
  port2.postMessage(null);
}

/** Forget what has been painted: the next one counts. */
export function watch() {
  performance.clearMarks();
  waiting = seen = null;
}

/**
 * Wait for the first painting since `watch`, of an answer and of what was asked before.
 *
 * @returns {Promise<Seen>}
 */
export function painted() {
  return new Promise((resolve) => {
    if (seen) resolve(seen);
    else waiting = resolve;
  });
}

/**
 * Open a picture of the bench's in the page, and wait until it is encoded.
 *
 * @param {string} name
 * @returns {Promise<{ opened: number, encode: number }>}  milliseconds, all in all, and of those the encoding as Python sees it
 */
export async function open(name) {
  const blob = await (await fetch(new URL(name, import.meta.url))).blob();
  const start = performance.now();
  const { timings } = await tabsam().open(blob, name);
  return { opened: performance.now() - start, encode: timings.encode ?? NaN };
}

/**
 * Go back by one prompt.
 *
 * @returns {Promise<number>}  milliseconds until it is painted
 */
export async function undo() {
  watch();
  const start = performance.now();
  void tabsam().undo();
  const { presented } = await painted();
  return presented - start;
}

/**
 * @param {string} kind
 * @returns {Promise<{ milliseconds: number, bytes: number }>}
 */
export async function exportAs(kind) {
  const start = performance.now();
  const { size } = await tabsam().exportAs(kind);
  return { milliseconds: performance.now() - start, bytes: size };
}

/**
 * @typedef {{
 *   open: (blob: Blob, name: string) => Promise<{ timings: { encode?: number } }>,
 *   undo: () => Promise<unknown>,
 *   exportAs: (kind: string) => Promise<Blob>,
 * }} Tabsam  the part of window.tabsam that is used here
 * @returns {Tabsam}
 */
function tabsam() {
  return Reflect.get(window, 'tabsam');
}
