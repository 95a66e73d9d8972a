/**
 * Watches the frames of a page while something moves in it, and when a picture is on the screen.
 *
 * @module
 */

/** When each frame began. Milliseconds. @type {number[]} */
let begun = [];
let request = 0;

/** Note every frame from now on. */
export function watchFrames() {
  begun = [];
  const note = (/** @type {number} */ now) => {
    begun.push(now);
    request = requestAnimationFrame(note);
  };
  request = requestAnimationFrame(note);
}

/**
 * @returns {number[]}  the time from each frame to the next since `watchFrames`, in milliseconds
 */
export function framesSeen() {
  cancelAnimationFrame(request);
  return begun.slice(1).map((now, i) => now - (begun[i] ?? now));
}

/** @type {{ pressed: number, idle: number, painted: Map<string, number> }} */
const turned = { pressed: NaN, idle: NaN, painted: new Map() };

/** Note when pictures are painted, the browser's own time of it, and when a key was pressed before. */
export function watchPictures() {
  addEventListener('keydown', ({ timeStamp }) => (turned.pressed = timeStamp), { capture: true });
  new MutationObserver(() => {
    if (document.body.dataset.state === 'idle') turned.idle = performance.now();
  }).observe(document.body, { attributeFilter: ['data-state'] });
  // An image tells when it is painted if it is marked before that.
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) if (node instanceof HTMLImageElement) node.setAttribute('elementtiming', node.alt);
  }).observe(document.getElementById('layer') ?? document.body, { childList: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { identifier, renderTime } = /** @type {PerformanceEntry & { identifier: string, renderTime: number }} */ (entry);
      turned.painted.set(identifier, renderTime);
    }
  }).observe({ type: 'element' });
}

/**
 * @param {string} name  of the picture that a key has turned to
 * @returns {Promise<number>}  milliseconds from the key to the painted picture
 */
export async function pictureShown(name) {
  for (;;) {
    const painted = turned.painted.get(name);
    if (painted !== undefined && painted > turned.pressed) return painted - turned.pressed;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** @returns {number}  milliseconds from the key until the picture could be worked on */
export const openedAfterKey = () => turned.idle - turned.pressed;

/**
 * Put an empty area over an element, as large as it, that scrolls as far and as it does.
 *
 * @param {string} selector
 */
export function addEmptyList(selector) {
  const list = document.querySelector(selector);
  if (!list) throw new Error(`no ${selector}`);
  const { left, top, width, height } = list.getBoundingClientRect();
  const empty = document.createElement('div');
  empty.id = 'bench-empty-list';
  const inner = document.createElement('div');
  Object.assign(empty.style, { position: 'fixed', zIndex: 1000, left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`, overflow: 'auto' });
  Object.assign(inner.style, { width: `${list.scrollWidth}px`, height: `${list.scrollHeight}px` });
  if (list.scrollWidth > list.clientWidth) {
    const sideways = (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      empty.scrollLeft += event.deltaY;
    };
    empty.addEventListener('wheel', sideways, { passive: false });
  }
  empty.append(inner);
  document.body.append(empty);
}

export function removeEmptyList() {
  document.getElementById('bench-empty-list')?.remove();
}

/**
 * Drop so many small pictures on the page, each a file of its own.
 *
 * @param {string} name  the address of one
 * @param {number} count
 */
export async function dropMany(name, count) {
  const bytes = await (await fetch(new URL(name, import.meta.url))).arrayBuffer();
  const dataTransfer = new DataTransfer();
  for (let i = 0; i < count; i++) {
    dataTransfer.items.add(new File([bytes, Uint8Array.from(String(i), Number)], `${String(i).padStart(5, '0')}.jpg`, { type: 'image/jpeg' }));
  }
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.getElementById('stage')?.parentElement?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }
}
