/**
 * The panel: the three candidates, best first, and the prompts that made them.
 *
 * @module
 */

import { quietly } from './actions/actions.js';
import { byId, h, icon } from './dom.js';
import { shownOf } from './store.js';
import { cropAround, drawThumbnail } from './thumbnail.js';
import { labelName, place } from './words.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {ShownPoint} from './edits.js' */
/** @import {Picture} from './picture.js' */
/** @import {Shown, Store} from './store.js' */
/** @import {Box, Candidate} from '../protocol.js' */

/** Longest side, in pixels, of the picture that thumbnails are drawn from: sharp enough, and cheap for a 50-megapixel photo. */
const SMALL_SIDE = 1536;
/** CSS pixels; the style sheet may show them smaller, never larger. */
const THUMBNAIL = { width: 96, height: 72 };

/**
 * @typedef {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, score: HTMLElement, bar: HTMLElement, note: HTMLElement }} Card
 * @param {{ store: Store, actions: Actions, highlight: (id: number | null) => void }} parts
 */
export function mountPanel({ store, actions, highlight }) {
  const list = byId('candidates', HTMLElement);
  const prompts = byId('prompt-list', HTMLElement);
  const panel = byId('panel', HTMLElement);
  const handle = byId('panel-handle', HTMLButtonElement);
  const handleLabel = byId('panel-handle-label', HTMLElement);
  /** @type {Card[]} */
  const cards = [];
  /** @type {Candidate[] | null} */
  let drawn = null;
  let listed = '';

  handle.addEventListener('click', () => {
    const open = panel.toggleAttribute('data-open');
    handle.setAttribute('aria-expanded', String(open));
  });

  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = cards.findIndex(({ button }) => button === document.activeElement);
    const next = cards[(at + step + cards.length) % cards.length];
    next?.button.focus();
    next?.button.click();
  });

  store.subscribe((state) => {
    const shown = shownOf(state);
    panel.dataset.candidates = String(shown.candidates.length);
    // while the model thinks these are still the candidates of before, in a new copy
    const same = shown.view.decoding && drawn?.length === shown.candidates.length;
    if (shown.candidates !== drawn && !same) {
      drawn = shown.candidates;
      drawCards(shown.candidates);
      scheduleThumbnails();
    }
    cards.forEach(({ button }, i) => {
      const checked = shown.candidates[i]?.index === shown.chosen?.index;
      button.setAttribute('aria-checked', String(checked));
      button.tabIndex = checked ? 0 : -1;
    });
    // A prompt that has just been made is on the stage; its row comes with the answer, whose decoder wants the processor now.
    if (state.opening || !state.edits.length) listPrompts(shown);
  });

  /** @param {Candidate[]} candidates */
  function drawCards(candidates) {
    while (cards.length > candidates.length) cards.pop()?.button.remove();
    candidates.forEach((candidate, i) => {
      const card = cards[i] ?? addCard(i);
      const { index, iouPrediction, stabilityScore } = candidate;
      card.button.dataset.candidate = String(index);
      card.button.dataset.iou = String(iouPrediction);
      const [iou, stability] = [iouPrediction.toFixed(2), stabilityScore.toFixed(2)];
      card.score.textContent = iou;
      card.bar.style.width = `${100 * Math.min(1, Math.max(0, iouPrediction))}%`;
      card.note.textContent = `stability ${stability}`;
      card.button.setAttribute('aria-label', `Candidate ${i + 1}: predicted IoU ${iou}, stability ${stability}`);
    });
  }

  /** @param {number} i */
  function addCard(i) {
    const canvas = h('canvas', { class: 'thumbnail', 'aria-hidden': 'true' });
    const score = h('span', { class: 'score' });
    const bar = h('span', { class: 'bar-fill' });
    const note = h('span', { class: 'quiet candidate-note' });
    const button = h(
      'button',
      { type: 'button', role: 'radio', class: 'candidate', 'aria-keyshortcuts': i + 1 },
      canvas,
      h(
        'span',
        { class: 'candidate-text' },
        h('span', { class: 'candidate-head' }, score, h('kbd', {}, String(i + 1))),
        h('span', { class: 'bar' }, bar),
        note,
      ),
    );
    button.addEventListener('click', () => {
      const candidate = drawn?.[i];
      if (candidate) quietly(actions.choose(candidate.index));
    });
    list.append(button);
    const card = { button, canvas, score, bar, note };
    cards.push(card);
    return card;
  }

  /** After the frame that shows the mask itself: that one must not wait for these. */
  function scheduleThumbnails() {
    requestAnimationFrame(() => setTimeout(drawThumbnails));
  }

  /** @type {{ picture: Picture, bitmap: Promise<ImageBitmap | null> } | null} */
  let small = null;

  /**
   * @param {Picture} picture  the one that is open
   * @returns {Promise<ImageBitmap | null>}  null if it cannot be had: thumbnails then show the outline alone
   */
  function smallOf(picture) {
    if (small?.picture !== picture) {
      void small?.bitmap.then((bitmap) => bitmap?.close());
      small = { picture, bitmap: actions.thumbnail(SMALL_SIDE).catch(() => null) };
    }
    return small.bitmap;
  }

  async function drawThumbnails() {
    const { picture, candidates } = shownOf(store.state);
    if (!picture || !candidates.length || candidates !== drawn) return;
    const bitmap = await smallOf(picture);
    if (candidates !== drawn) return; // overtaken
    const crop = cropAround(candidates.map(({ outline }) => outline), picture, THUMBNAIL.width / THUMBNAIL.height);
    candidates.forEach(({ outline }, i) => {
      const canvas = cards[i]?.canvas;
      if (!canvas) return;
      canvas.width = Math.round(THUMBNAIL.width * devicePixelRatio);
      canvas.height = Math.round(THUMBNAIL.height * devicePixelRatio);
      drawThumbnail(canvas, picture, bitmap, outline, crop);
    });
  }

  /** @param {Shown} shown */
  function listPrompts({ prompts: { points, box } }) {
    const now = JSON.stringify([points, box]);
    if (now === listed) return;
    listed = now;
    const buttons = () => [...prompts.querySelectorAll('button')];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    prompts.replaceChildren(...(box ? [boxRow(box)] : []), ...points.map(pointRow));
    const count = points.length + (box ? 1 : 0);
    panel.dataset.prompts = String(count);
    handleLabel.textContent = count === 1 ? '1 prompt' : `${count} prompts`;
    // whoever removes one prompt after another stays in the list
    if (focused >= 0) buttons().at(Math.min(focused, count - 1))?.focus();
  }

  /** @param {ShownPoint} point */
  function pointRow(point) {
    const name = labelName(point.label);
    const title = `Remove ${name.toLowerCase()} point at ${place(point)}`;
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': title, 'data-remove-point': point.id }, icon('x'));
    remove.disabled = point.pending && !store.state.opening;
    remove.addEventListener('click', () => quietly(actions.removePoint(point.id)));
    const row = h(
      'li',
      { class: 'prompt' },
      h('span', { class: 'point-mark', 'data-label': point.label }),
      h('span', { class: 'prompt-name' }, name, ' ', h('span', { class: 'quiet' }, place(point))),
      remove,
    );
    row.addEventListener('pointerenter', () => highlight(point.id));
    row.addEventListener('pointerleave', () => highlight(null));
    row.addEventListener('focusin', () => highlight(point.id));
    row.addEventListener('focusout', () => highlight(null));
    return row;
  }

  /** @param {Box} box */
  function boxRow([x0, y0, x1, y1]) {
    const size = `${Math.round(x1 - x0)} × ${Math.round(y1 - y0)} px`;
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': 'Remove the box', 'data-remove-box': true }, icon('x'));
    remove.addEventListener('click', () => quietly(actions.setBox(null)));
    const name = h('span', { class: 'prompt-name' }, 'Box ', h('span', { class: 'quiet' }, size));
    return h('li', { class: 'prompt' }, icon('square-dashed'), name, remove);
  }
}
