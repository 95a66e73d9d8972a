/**
 * Code that is there again another day: what is being typed, what has been run, and snippets by their names.
 *
 * @module
 */

import { recall, remember } from '../state/preferences.js';

/** @typedef {{ name: string, code: string }} Snippet */

const MOST_RUN = 100;

/** @param {'tabsam.ran' | 'tabsam.snippets'} key @returns {unknown[]} */
function list(key) {
  try {
    const kept = JSON.parse(recall(key) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export const recallDraft = () => recall('tabsam.draft') ?? '';

/** @param {string} code */
export const keepDraft = (code) => remember('tabsam.draft', code || null);

/** @returns {Snippet[]} */
export function recallSnippets() {
  return list('tabsam.snippets').filter((one) => /** @type {Snippet} */ (one)?.name && typeof (/** @type {Snippet} */ (one).code) === 'string').map((one) => /** @type {Snippet} */ (one));
}

/**
 * @param {Snippet[]} snippets
 * @returns {boolean}  whether the browser has kept them
 */
export function keepSnippets(snippets) {
  const text = JSON.stringify(snippets);
  remember('tabsam.snippets', text);
  return recall('tabsam.snippets') === text;
}

/** What has been run, to be gone back to from what is being typed. */
export function createPast() {
  const ran = list('tabsam.ran').filter((one) => typeof one === 'string').map(String);
  let at = ran.length;
  let typed = '';
  return {
    /** @param {string} code */
    add(code) {
      if (ran.at(-1) !== code) ran.push(code);
      ran.splice(0, ran.length - MOST_RUN);
      at = ran.length;
      remember('tabsam.ran', JSON.stringify(ran));
    },
    /**
     * @param {1 | -1} step
     * @param {string} now  what is typed at the moment, to come back to
     * @returns {string | null}  null where there is nothing further
     */
    go(step, now) {
      const next = at + step;
      if (next < 0 || next > ran.length) return null;
      if (at === ran.length) typed = now;
      at = next;
      return ran[at] ?? typed;
    },
  };
}
