/**
 * A row of the list of projects: what it looks like, its name and what is known of it, and a button for all that can be done with it.
 *
 * @module
 */

import { h, icon } from '../dom.js';
import { byteSize, count } from '../formatting.js';

/** @import {StoredProject} from '../../protocol.js' */

/** @typedef {{ row: HTMLElement, open: HTMLButtonElement, more: HTMLButtonElement }} ProjectRow */

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** As short as it can be told from others. @param {number} changed  milliseconds since 1970 */
const when = (changed) => (day.format(changed) === day.format(Date.now()) ? `today, ${time.format(changed)}` : day.format(changed));

/** What a project is called where nobody has given it a name. @param {StoredProject} project */
export const automaticName = ({ name, pictures }) => (pictures > 1 ? `${name} and ${count(pictures - 1, 'picture')} more` : name);

/** @param {StoredProject} project */
export const projectName = (project) => project.title || automaticName(project);

/** @param {StoredProject} project @returns {ProjectRow} */
export function createProjectRow(project) {
  const { id, pictures, objects, changed, bytes, thumbnail } = project;
  const name = projectName(project);
  // a line ends between two of them, and not within one
  const facts = [count(pictures, 'picture'), count(objects, 'object'), when(changed), byteSize(bytes)].join(' · ').replaceAll(/(?<!·) (?!·)/g, '\u00a0');
  const words = h('span', { class: 'earlier-words' }, h('span', { class: 'earlier-name' }, name), ' ', h('span', { class: 'quiet earlier-about' }, facts));
  const open = h('button', { type: 'button', class: 'earlier-project', title: `${name}, ${moment.format(changed)}` }, pictureOf(thumbnail), words);
  const more = h('button', { type: 'button', class: 'tool', 'data-role': 'more', 'aria-haspopup': 'menu', 'aria-label': `More about ${name}` }, icon('ellipsis-vertical'));
  return { row: h('li', { 'data-project': id }, open, more), open, more };
}

/** @param {Blob | null} thumbnail */
function pictureOf(thumbnail) {
  const frame = h('span', { class: 'earlier-thumbnail' }, icon('images'));
  if (!thumbnail) return frame;
  const url = URL.createObjectURL(thumbnail);
  const image = h('img', { src: url, alt: '', draggable: 'false' });
  image.addEventListener('load', () => {
    URL.revokeObjectURL(url);
    frame.replaceChildren(image);
  });
  image.addEventListener('error', () => URL.revokeObjectURL(url));
  return frame;
}
