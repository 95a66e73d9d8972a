/**
 * Errors that can cross to another thread and arrive as what they were.
 *
 * @module
 */

/** @typedef {import('./protocol.js').Failure} Failure */

export class FailureError extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(`${failure.message} ${failure.hint}`.trim());
    this.failure = failure;
  }
}

/**
 * @param {string} code
 * @param {string} message  what happened, in the user's words
 * @param {string} hint     what to do next
 * @param {unknown} [cause]  goes into the details
 * @returns {FailureError}
 */
export function failure(code, message, hint, cause) {
  return new FailureError({ code, message, hint, details: cause === undefined ? '' : String(cause) });
}

/**
 * Describe whatever was thrown; something that nobody foresaw is described as such.
 *
 * @param {unknown} error
 * @returns {Failure}
 */
export function asFailure(error) {
  if (error instanceof FailureError) return error.failure;
  const details = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
  return { code: 'internal', message: 'Something went wrong inside tabsam.', hint: 'Try again; if it happens twice, reload the page.', details };
}
