/**
 * The candidates, best first, each with a small picture of what it covers.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h } from '../../dom.js';
import { isOwnMask } from '../../state/own-mask.js';
import { shownOf } from '../../state/store.js';
import { cropAround, drawThumbnail } from './thumbnail.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Picture} from '../../picture.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Candidate} from '../../../protocol.js' */

/** Longest side, in pixels, of the picture that thumbnails are drawn from: sharp enough, and cheap for a 50-megapixel photo. */
const SMALL_SIDE = 1536;
/** So many of the first candidates have a key. */
const KEYS = 3;
/** CSS pixels; the style sheet may show them smaller, never larger. */
const THUMBNAIL = { width: 96, height: 72 };

/**
 * @typedef {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, score: HTMLElement, bar: HTMLElement }} Card
 * @param {{ store: Store, actions: Actions }} parts
 */
export function mountCandidates({ store, actions }) {
  const list = byId('candidates', HTMLElement);
  const panel = byId('panel', HTMLElement);
  /** @type {Card[]} */
  const cards = [];
  /** @type {Candidate[] | null} */
  let drawn = null;

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
    // while the model thinks these are still the candidates of before, in a new copy; just after, most outlines are on their way
    const same = shown.view.decoding && drawn?.length === shown.candidates.length;
    const coming = shown.candidates.some(({ outline }) => !outline);
    if (shown.candidates !== drawn && !same && !coming) {
      drawn = shown.candidates;
      drawCards(shown.candidates);
      scheduleThumbnails();
    }
    cards.forEach(({ button }, i) => {
      const checked = shown.candidates[i]?.index === shown.chosen?.index;
      button.setAttribute('aria-checked', String(checked));
      button.tabIndex = checked ? 0 : -1;
    });
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
      // it is no reading, and comes last
      const isOwn = isOwnMask(candidate, candidates);
      card.button.setAttribute('aria-label', `${isOwn ? "The object's own mask" : `Candidate ${i + 1}`}: predicted IoU ${iou}, stability ${stability}`);
      card.button.dataset.tip = `${isOwn ? 'Made with “One mask”. ' : ''}Predicted IoU ${iou}, stability ${stability}`;
    });
  }

  /** @param {number} i */
  function addCard(i) {
    const canvas = h('canvas', { class: 'thumbnail', 'aria-hidden': 'true' });
    const score = h('span', { class: 'score' });
    const bar = h('span', { class: 'bar-fill' });
    const hasKey = i < KEYS;
    const head = h('span', { class: 'candidate-head' }, score, ...(hasKey ? [h('kbd', {}, String(i + 1))] : []));
    const words = h('span', { class: 'candidate-text' }, head, h('span', { class: 'bar' }, bar));
    const button = h('button', { type: 'button', role: 'radio', class: 'candidate', ...(hasKey ? { 'aria-keyshortcuts': i + 1 } : {}) }, canvas, words);
    button.addEventListener('click', () => {
      const candidate = drawn?.[i];
      if (candidate) quietly(actions.choose(candidate.index));
    });
    list.append(button);
    const card = { button, canvas, score, bar };
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
      const bitmap = actions.thumbnail(SMALL_SIDE).catch(() => {
        small = null;
        return null;
      });
      small = { picture, bitmap };
    }
    return small.bitmap;
  }

  async function drawThumbnails() {
    const { picture, candidates } = shownOf(store.state);
    if (!picture || !candidates.length || candidates !== drawn) return;
    const bitmap = await smallOf(picture);
    if (candidates !== drawn) return; // overtaken
    const outlines = candidates.flatMap(({ outline }) => outline ?? []);
    const crop = cropAround(outlines, picture, THUMBNAIL.width / THUMBNAIL.height);
    outlines.forEach((outline, i) => {
      const canvas = cards[i]?.canvas;
      if (!canvas) return;
      canvas.width = Math.round(THUMBNAIL.width * devicePixelRatio);
      canvas.height = Math.round(THUMBNAIL.height * devicePixelRatio);
      drawThumbnail(canvas, picture, bitmap, outline, crop);
    });
  }
}
