/**
 * Whether the person is doing something at the moment: what has time waits for that.
 *
 * @module
 */

/** So long nobody has pressed anything. Milliseconds. */
const QUIET_MS = 1000;

let last = -Infinity;

for (const kind of ['pointerdown', 'keydown', 'wheel']) addEventListener(kind, () => (last = performance.now()), { capture: true, passive: true });

/**
 * Wait until nobody has pressed anything for a moment.
 *
 * @param {AbortSignal} signal  ends the wait, with its reason
 */
export async function untilQuiet(signal) {
  for (;;) {
    signal.throwIfAborted();
    const left = last + QUIET_MS - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, left);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(undefined);
      }, { once: true });
    });
  }
}
