/**
 * A row of the list of projects: what it looks like, its name and what is known of it, and a button for all that can be done with it.
 *
 * @module
 */

import { h, icon } from '../dom.js';
import { byteSize, count } from '../formatting.js';

/** @import {StoredProject} from '../../protocol.js' */

/** @typedef {{ row: HTMLElement, open: HTMLButtonElement, more: HTMLButtonElement }} ProjectRow */

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** What a project is called where nobody has given it a name. @param {StoredProject} project */
export const automaticName = ({ name, pictures }) => (pictures > 1 ? `${name} and ${count(pictures - 1, 'picture')} more` : name);

/** @param {StoredProject} project */
export const projectName = (project) => project.title || automaticName(project);

/** @param {StoredProject} project @returns {ProjectRow} */
export function createProjectRow(project) {
  const { id, pictures, objects, changed, bytes, thumbnail } = project;
  const name = projectName(project);
  const about = `${count(pictures, 'picture')} · ${count(objects, 'object')} · ${day.format(changed)} · ${byteSize(bytes)}`;
  const words = h('span', { class: 'earlier-words' }, h('span', { class: 'earlier-name' }, name), ' ', h('span', { class: 'quiet earlier-about' }, about));
  const open = h('button', { type: 'button', class: 'earlier-project', title: name }, pictureOf(thumbnail), words);
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
  image.addEventListener('error', () => URL.revokeObjectURL(url)); // another tab has just made a new one
  return frame;
}
