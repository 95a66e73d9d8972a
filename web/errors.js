/**
 * Errors that a person can act on, and that cross to another thread and arrive as what they were.
 *
 * @module
 */

/**
 * @typedef {import('./protocol.js').Failure} Failure
 * @typedef {{ label: string, run: () => Promise<unknown> }} Way  a button that does something about it; it rejects where nothing has come of that
 */

export class TabsamError extends Error {
  /** @param {Failure} failure */
  constructor({ code, message, hint, details = '' }) {
    super(message);
    this.name = 'TabsamError';
    this.code = code;
    this.hint = hint;
    this.details = details;
    /** What whoever threw it knows to do about it; stays in the page. @type {Way[]} */
    this.ways = [];
  }

  /** As plain data, to be sent; Python reads it by this name too (tabsam/page/web.py). @returns {Failure} */
  get failure() {
    const { code, message, hint, details } = this;
    return { code, message, hint, details };
  }

  /**
   * Whatever was thrown, as a TabsamError. Only what nobody foresaw becomes the code 'internal'.
   *
   * @param {unknown} thrown
   * @returns {TabsamError}
   */
  static from(thrown) {
    if (thrown instanceof TabsamError) return thrown;
    const details = thrown instanceof Error ? `${thrown.name}: ${thrown.message}\n${thrown.stack ?? ''}` : String(thrown);
    return failure('internal', 'Something went wrong inside tabsam.', 'Try again; if it stays so, copy the details into a bug report.', details);
  }
}

/**
 * @param {string} code
 * @param {string} message  what happened, in the user's words
 * @param {string} hint     what to do next
 * @param {unknown} [cause]  goes into the details
 * @returns {TabsamError}
 */
export function failure(code, message, hint, cause) {
  return new TabsamError({ code, message, hint, details: cause === undefined ? '' : String(cause) });
}

/**
 * Describe whatever was thrown, as what can be sent.
 *
 * @param {unknown} error
 * @returns {Failure}
 */
export function asFailure(error) {
  return TabsamError.from(error).failure;
}
