/**
 * One picture of the strip, as a cell.
 *
 * @module
 */

import { h, icon } from '../dom.js';
import { pictureTitle } from '../formatting.js';
import { sentenceOf } from './listed.js';

/** @import {ListedPicture} from '../state/store.js' */
/** @import {Standing} from './listed.js' */

const ICONS = { untouched: '', work: 'circle-dot', done: 'circle-check' };

/** @typedef {ReturnType<typeof createCell>} Cell */

/** @param {ListedPicture} picture */
export function createCell(picture) {
  const placeholder = icon('file-image');
  const box = h('div', { class: 'strip-picture', 'aria-hidden': 'true' });
  box.append(placeholder);
  const title = picture.place + pictureTitle(picture);
  const page = picture.page === null ? '' : ` p${picture.page + 1}`; // there is little room; the title has it in full
  const name = h('div', { class: 'strip-name', 'aria-hidden': 'true' }, h('span', {}, picture.name), ...(page ? [h('span', {}, page)] : []));
  const element = h('div', { class: 'strip-cell', role: 'option', id: `strip-${picture.id}`, title, 'data-picture-id': picture.id }, box, name);
  /** @type {HTMLElement | null} */
  let badge = null;
  let shown = '';

  return {
    element,
    picture,
    /** @param {{ x: number, y: number }} at @param {{ cellWidth: number, cellHeight: number }} size */
    place({ x, y }, { cellWidth, cellHeight }) {
      Object.assign(element.style, { translate: `${x}px ${y}px`, width: `${cellWidth}px`, height: `${cellHeight}px` });
    },
    /**
     * @param {Standing} standing
     * @param {{ place: number, many: number, current: boolean, active: boolean, running: boolean, picked: boolean | null }} where  `picked` is null while none is
     */
    show(standing, { place, many, current, active, running, picked }) {
      element.setAttribute('aria-posinset', String(place + 1));
      element.setAttribute('aria-setsize', String(many));
      element.setAttribute('aria-selected', String(current));
      element.toggleAttribute('data-active', active);
      element.toggleAttribute('data-running', running);
      if (picked === null) element.removeAttribute('aria-checked');
      else element.setAttribute('aria-checked', String(picked));
      const sentence = sentenceOf(picture, standing) + (running ? ', being worked on' : '');
      if (sentence === shown) return;
      shown = sentence;
      element.setAttribute('aria-label', sentence);
      badge?.remove();
      badge = null;
      if (standing.status === 'untouched' && !running) return;
      badge = h('span', { class: 'strip-badge', 'data-status': standing.status }, icon(running ? 'scan-search' : ICONS[standing.status]));
      if (standing.objects) badge.dataset.objects = String(standing.objects); // drawn, and not read: the name says it
      box.append(badge);
    },
    /** @param {HTMLCanvasElement | null} canvas */
    showThumbnail(canvas) {
      if (!canvas || canvas.parentElement === box) return;
      placeholder.remove();
      box.prepend(canvas);
    },
  };
}
