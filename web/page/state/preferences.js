/**
 * The few things remembered between visits: the theme, the last export formats, the model and where it runs, another list of models, and
 * how the panel was left (folds, width, order of the objects, hints, the preview under the pointer, edges, tidying, overlaps), the opacity of fills, the
 * commands that were used last, and the console's height and code. A browser may forbid even that; the page then simply starts
 * afresh each time.
 *
 * @module
 */

/** @typedef {'tabsam.theme' | 'tabsam.export' | 'tabsam.model' | 'tabsam.provider' | 'tabsam.catalog' | 'tabsam.hover' | 'tabsam.folds' |
 *   'tabsam.overlaps' | 'tabsam.format' | 'tabsam.edges' | 'tabsam.tidy' | 'tabsam.fill' | 'tabsam.project' | 'tabsam.sort' | 'tabsam.panel' |
 *   'tabsam.hints' | 'tabsam.strip' | 'tabsam.recent' | 'tabsam.console' |
 *   'tabsam.draft' | 'tabsam.ran' | 'tabsam.snippets'} Key */

/**
 * @param {Key} key
 * @returns {string | null}
 */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {Key} key
 * @param {string | null} value  null forgets it
 */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // not remembered; nothing depends on it
  }
}
