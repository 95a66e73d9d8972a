/**
 * What the bench does in a page, of the site or of its own: asks its workers, and watches when something is painted.
 *
 * @module
 */

export * from './frames.js';

/**
 * @typedef {'model' | 'python' | 'gpu'} Kind
 * @typedef {{ id: number, result?: unknown, error?: string }} Reply
 * @typedef {{ click: number, painted: number, presented: number, followed: number }} Seen  `followed`: the last painting, of the outline that follows the picture
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

let runs = 0;
new BroadcastChannel('bench: encoder runs').onmessage = () => (runs += 1);

/**
 * How often the page's engine has run its encoder, since this module was loaded; where the runtime tells (sam2.py).
 *
 * @returns {number}
 */
export function encoderRuns() {
  return runs;
}

/** Whether a painting counts from the next click on. */
let clicked = false;
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
    if (clicked && Number.isNaN(click)) return; // of what was before: an outline that follows a large picture takes its time
    const first = seen ?? { click, painted, presented: performance.now() };
    seen = { ...first, followed: painted };
    waiting?.(seen);
  };
  port2.postMessage(null);
}

/** Forget what has been painted: the next one counts. @param {boolean} [afterClick]  the next one after a click does */
export function watch(afterClick = false) {
  performance.clearMarks();
  clicked = afterClick;
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
 * Wait for the first preview under the pointer since `watch`.
 *
 * @returns {Promise<number>}  milliseconds from the pointer's event to the end of the drawing
 */
export async function previewed() {
  for (;;) {
    const [drawn] = performance.getEntriesByName('tabsam:previewed');
    const [moved] = performance.getEntriesByName('tabsam:hovered');
    if (drawn && moved) return drawn.startTime - moved.startTime;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/**
 * Open a picture of the bench's in the page, and wait until it is encoded.
 *
 * @param {string} name
 * @param {boolean} [again]  as the very file that was open before
 * @returns {Promise<{ opened: number, encode: number }>}  milliseconds, all in all, and of those the encoding as Python sees it
 */
export async function open(name, again = false) {
  const file = await (await fetch(new URL(name, import.meta.url))).blob();
  // The same picture in another file, unless it is to be known again: one that was open before is not encoded again.
  const blob = again ? file : new Blob([file, new Uint8Array([...String(performance.now())].map(Number))]);
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
 * Import so many objects, stars with a hole all over the picture.
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height
 */
export async function addObjects(count, width, height) {
  const columns = Math.ceil(Math.sqrt(count));
  const [stepX, stepY] = [width / columns, height / columns];
  const features = Array.from({ length: count }, (_, number) => {
    const [x, y] = [(number % columns) + 0.5, Math.floor(number / columns) + 0.5];
    const ring = (/** @type {number} */ size) => {
      const corners = Array.from({ length: 240 }, (_one, corner) => {
        const [angle, reach] = [(corner / 240) * 2 * Math.PI, size * (0.7 + 0.3 * Math.cos(corner / 4))];
        return [stepX * (x + reach * Math.cos(angle)), stepY * (y + reach * Math.sin(angle))];
      });
      return [...corners, corners[0]];
    };
    const geometry = { type: 'Polygon', coordinates: number % 2 ? [ring(0.7)] : [ring(0.7), ring(0.2)] };
    return { type: 'Feature', properties: { class: `class ${number % 5}` }, geometry };
  });
  const { added } = await tabsam().importFile(new Blob([JSON.stringify({ type: 'FeatureCollection', features })]), 'stars.geojson');
  if (added !== count) throw new Error(`${added} objects came, not ${count}`);
}

/**
 * Lock and unlock the first object, one after the other.
 *
 * @param {number} count
 * @returns {Promise<number>}  milliseconds from asked to answered, of each
 */
export async function changeObjects(count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) await tabsam().objects.change(1, { locked: i % 2 === 0 });
  return (performance.now() - start) / count;
}

/**
 * @param {string} format
 * @returns {Promise<number>}  milliseconds
 */
export async function exportObjects(format) {
  const start = performance.now();
  const { file } = await tabsam().exportObjects(format);
  if (!file.size) throw new Error(`${format} came empty`);
  return performance.now() - start;
}

/**
 * @param {object} options
 * @returns {Promise<{ milliseconds: number, found: number }>}
 */
export async function findAll(options) {
  const start = performance.now();
  const { length } = await tabsam().findAll(options);
  return { milliseconds: performance.now() - start, found: length };
}

/**
 * @typedef {{
 *   importFile: (blob: Blob, name: string) => Promise<{ added: number }>,
 *   exportObjects: (format: string) => Promise<{ file: File }>,
 *   findAll: (options: object) => Promise<unknown[]>,
 *   open: (blob: Blob, name: string) => Promise<{ timings: { encode?: number } }>,
 *   undo: () => Promise<unknown>,
 *   exportAs: (kind: string) => Promise<Blob>,
 *   objects: { change: (id: number, changes: { locked: boolean }) => Promise<unknown> },
 * }} Tabsam  the part of window.tabsam that is used here
 * @returns {Tabsam}
 */
function tabsam() {
  return Reflect.get(window, 'tabsam');
}
