/**
 * Streams of calls of which only the newest counts (a slider, a dragged corner, the pointer): one of a stream is under way at a time.
 *
 * @module
 */

/** @typedef {{ next: (() => Promise<unknown>) | null, done: Promise<void> }} Stream */

export function createNewestWins() {
  /** What waits, by what it is about. @type {Map<unknown, Stream>} */
  const streams = new Map();

  /**
   * Do the newest of a stream of calls once the one under way is done.
   *
   * @param {unknown} about  names the stream
   * @param {() => Promise<unknown>} call
   * @param {() => boolean} goesOn  whether there still is what the stream is about; asked before each call
   * @param {() => void} [end]  called once when the stream ends, however that is
   * @returns {Promise<void>}  when the stream ends; rejects with the call that failed
   */
  return function newest(about, call, goesOn, end = () => {}) {
    const running = streams.get(about);
    if (running) {
      running.next = call;
      return running.done;
    }
    /** @type {Stream} */
    const stream = { next: call, done: Promise.resolve() };
    streams.set(about, stream);
    stream.done = run();
    return stream.done;

    async function run() {
      try {
        for (let next = stream.next; next && goesOn(); next = stream.next) {
          stream.next = null;
          await next();
        }
      } finally {
        streams.delete(about);
        end();
      }
    }
  };
}
