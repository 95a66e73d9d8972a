/**
 * What the strip shows of each picture, and which pictures it shows.
 *
 * @module
 */

import { count, pictureTitle } from '../formatting.js';
import { markOf } from '../input/picture-marks.js';

/** @import {ListedPicture, State} from '../state/store.js' */

/**
 * @typedef {'untouched' | 'work' | 'done'} Status
 * @typedef {{ status: Status, objects: number, classes: readonly number[] }} Standing
 * @typedef {{ text: string, status: Status | 'todo' | '', category: number | null }} Filter  `todo` is all that is not done
 */

/** @type {Filter} */
export const ALL = { text: '', status: '', category: null };

const STATUS_WORDS = { untouched: 'untouched', work: 'in work', done: 'done' };

/**
 * How far a picture is.
 *
 * @param {Pick<State, 'marks' | 'works'>} state
 * @param {ListedPicture} picture
 * @returns {Standing}
 */
export function standingOf(state, { id }) {
  const { key, done } = markOf(state, id);
  const work = state.works.get(key);
  return { status: done ? 'done' : work ? 'work' : 'untouched', objects: work?.objects ?? 0, classes: work?.classes ?? [] };
}

/**
 * The places in the list of those that a filter lets through.
 *
 * @param {Pick<State, 'marks' | 'works' | 'queue'>} state
 * @param {Filter} filter
 * @returns {number[]}
 */
export function placesOf(state, { text, status, category }) {
  const wanted = text.trim().toLowerCase();
  /** @type {number[]} */
  const places = [];
  state.queue?.pictures.forEach((picture, place) => {
    if (wanted && !(picture.place + pictureTitle(picture)).toLowerCase().includes(wanted)) return;
    if (status || category !== null) {
      const standing = standingOf(state, picture);
      if (status === 'todo' ? standing.status === 'done' : status && standing.status !== status) return;
      if (category !== null && !standing.classes.includes(category)) return;
    }
    places.push(place);
  });
  return places;
}

/**
 * How a screen reader calls a picture; its place in the list is the option's own.
 *
 * @param {ListedPicture} picture
 * @param {Standing} standing
 */
export const sentenceOf = (picture, { status, objects }) => [pictureTitle(picture), STATUS_WORDS[status], ...(objects ? [count(objects, 'object')] : [])].join(', ');
