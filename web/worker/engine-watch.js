/**
 * Notices an engine that has died or is stuck. It says when it begins a run: one that is not begun although nothing else is under way, or
 * that takes many times as long as any before, will never be answered.
 *
 * @module
 */

/** Looks are counted, and not seconds: a machine that has slept has not waited. Milliseconds. */
const LOOK = 5000;
/** Looks after which a run that is not begun never will be. */
const NOT_BEGUN = 3;
/** The same for one that was begun, while nobody knows how long one takes here. */
const FIRST = 120;
/** How many times as long as the longest so far is no run any more; and looks that are granted in any case. */
const TIMES = 20;
const GRANTED = 6;

export class EngineWatch {
  /** Runs that are not answered. @type {Set<number>} */
  #asked = new Set();
  /** The one that is under way, and since when. @type {{ id: number, since: number } | null} */
  #begun = null;
  /** Milliseconds. */
  #longest = 0;
  #looks = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #onDeath;

  /** @param {(reason: string) => void} onDeath */
  constructor(onDeath) {
    this.#onDeath = onDeath;
  }

  /** @param {number} id */
  asked(id) {
    this.#asked.add(id);
    this.#timer ??= setInterval(() => this.#look(), LOOK);
  }

  /** @param {number} id */
  begun(id) {
    this.#looks = 0;
    this.#begun = { id, since: performance.now() };
  }

  /** @param {number} id */
  ended(id) {
    if (!this.#asked.delete(id)) return;
    this.#looks = 0;
    if (this.#begun?.id === id) {
      this.#longest = Math.max(this.#longest, performance.now() - this.#begun.since);
      this.#begun = null;
    }
    if (this.#asked.size === 0) this.end();
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look() {
    this.#looks++;
    const usual = this.#longest ? Math.max(GRANTED, (TIMES * this.#longest) / LOOK) : FIRST;
    if (this.#looks <= (this.#begun ? usual : NOT_BEGUN)) return;
    const seconds = (this.#looks * LOOK) / 1000;
    this.#onDeath(this.#begun ? `it has been at one run for ${seconds} seconds` : `it has begun nothing for ${seconds} seconds`);
  }
}
