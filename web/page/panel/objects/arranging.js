/**
 * In which order the list has its objects, in which groups, and which of them. Pure: the objects in, groups out.
 *
 * @module
 */

import { objectName } from '../../formatting.js';

/** @import {Category, ObjectInfo} from '../../../protocol.js' */

/** @typedef {'order' | 'area' | 'name' | 'class'} Sorting  `order` is that of the stack, the top one first; by class there are groups */
/** @typedef {{ title: string, objects: ObjectInfo[] }} Group  `title` is empty where there are no groups */

const natural = new Intl.Collator('en', { numeric: true });

/** @type {Record<Sorting, string>} */
export const SORTINGS = { order: 'Top first', area: 'Largest first', name: 'By name', class: 'By class' };

/** @param {string | null} text @returns {text is Sorting} */
export const isSorting = (text) => text !== null && text in SORTINGS;

/**
 * @param {readonly ObjectInfo[]} objects  from the bottom to the top
 * @param {readonly Category[]} categories
 * @param {{ text: string, sorting: Sorting }} options  `text`: words, each in the name or the class of what is listed
 * @returns {Group[]}
 */
export function arranged(objects, categories, { text, sorting }) {
  const classes = new Map(categories.map(({ id, name }) => [id, name]));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = objects.toReversed().map((object) => {
    const kind = object.category === null ? '' : (classes.get(object.category) ?? '');
    return { object, kind, name: objectName(object, categories) };
  });
  const found = words.length ? named.filter(({ name, kind }) => words.every((word) => `${name} ${kind}`.toLowerCase().includes(word))) : named;
  if (sorting === 'area') found.sort((a, b) => b.object.area - a.object.area);
  if (sorting === 'name') found.sort((a, b) => natural.compare(a.name, b.name));
  if (sorting !== 'class') return [{ title: '', objects: found.map(({ object }) => object) }];
  const groups = [...classes.values(), ''].map((kind) => ({
    title: kind || 'No class',
    objects: found.filter((one) => one.kind === kind).map(({ object }) => object),
  }));
  return groups.filter((group) => group.objects.length);
}
