/**
 * What scripts said: each with its code, from the oldest down to the newest. A screen reader hears what comes.
 *
 * @module
 */

import { byteSize } from '../formatting.js';
import { h, icon } from '../dom.js';

/** @import {ScriptOutput} from '../../protocol.js' */

/** Of so many scripts it is kept. */
const MOST = 40;

/** @param {HTMLElement} log */
export function createOutput(log) {
  /** @type {HTMLElement | null} */
  let part = null;
  /** The text that the next one of its kind goes on with. @type {{ kind: string, element: HTMLElement } | null} */
  let text = null;

  /** @param {HTMLElement} one */
  function drop(one) {
    for (const element of one.querySelectorAll('[data-address]')) URL.revokeObjectURL(element.getAttribute('data-address') ?? '');
    one.remove();
  }

  /** Add something at the end; who reads the end goes on reading there. @template {Node | string} T @param {Element | null} to @param {T} added */
  function append(to, added) {
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    to?.append(added);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    return added;
  }

  return {
    /** Begin what another script says. @param {string} code */
    begin(code) {
      part = h('div', {}, h('pre', { class: 'console-code' }, code));
      text = null;
      log.append(part);
      const { children } = log;
      for (const old of [...children].slice(0, -MOST)) if (old instanceof HTMLElement) drop(old);
      log.scrollTop = log.scrollHeight;
    },

    /** @param {ScriptOutput} output */
    add({ kind, text: said, data }) {
      if (kind === 'picture' || kind === 'file') {
        text = null;
        const address = URL.createObjectURL(new Blob([data ?? new ArrayBuffer()], { type: kind === 'picture' ? 'image/png' : 'application/octet-stream' }));
        if (kind === 'file') {
          const link = { 'class': 'button', 'href': address, 'download': said, 'data-address': address };
          append(part, h('a', link, icon('download'), `Save ${said} (${byteSize(data?.byteLength ?? 0)})`));
        } else {
          const img = h('img', { 'src': address, 'alt': `Picture: ${said}`, 'data-address': address });
          img.addEventListener('load', () => img.scrollIntoView({ block: 'nearest' }));
          append(part, h('figure', {}, img, h('figcaption', {}, said)));
        }
        return;
      }
      if (text?.kind === kind && (kind === 'out' || kind === 'err')) {
        append(text.element, said);
        return;
      }
      text = { kind, element: append(part, h('pre', { class: `console-${kind}` }, said)) };
    },

    clear() {
      for (const one of [...log.children]) if (one instanceof HTMLElement) drop(one);
      part = text = null;
    },
  };
}

/** @typedef {ReturnType<typeof createOutput>} Output */
