/**
 * The few things remembered between visits: the theme and the last export format. A browser may forbid even that; the page
 * then simply starts afresh each time.
 *
 * @module
 */

/** @typedef {'tabsam.theme' | 'tabsam.export'} Key */

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
