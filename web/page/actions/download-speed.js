/**
 * How fast bytes come in, from how many there were when.
 *
 * @module
 */

/** What counts is the last while: a network that has just become slow is slow. Milliseconds. */
const WINDOW_MS = 4000;
/** Over less than this a speed is a guess. Milliseconds. */
const LEAST_MS = 800;

/**
 * Make a meter of one download.
 *
 * @returns {(loaded: number, at: number) => number | null}
 *   Takes the bytes so far and a time in milliseconds; gives bytes per second, null while nobody can say. What is there at the
 *   first call (kept from an earlier download) does not count.
 */
export function createDownloadSpeed() {
  /** Oldest first. @type {{ loaded: number, at: number }[]} */
  let marks = [];
  return (loaded, at) => {
    if (loaded < (marks.at(-1)?.loaded ?? 0)) marks = []; // it began again
    const recent = marks.filter((mark) => at - mark.at <= WINDOW_MS);
    marks = [...(recent.length ? recent : marks.slice(-1)), { loaded, at }];
    const first = marks[0] ?? { loaded, at };
    const passed = at - first.at;
    return passed < LEAST_MS ? null : (1000 * (loaded - first.loaded)) / passed;
  };
}
