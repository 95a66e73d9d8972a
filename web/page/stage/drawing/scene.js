/**
 * Which objects and finds are drawn, and how. Pure: the state in, a list out.
 *
 * @module
 */

import { isIsolating } from '../../state/look.js';
import { shownFinds } from '../../state/shown-finds.js';
import { shownOf } from '../../state/store.js';
import { NEUTRAL, activeLook, filled, findLook, objectLook } from './outlines.js';
import { toImage } from '../viewport.js';

/** @import {State} from '../../state/store.js' */
/** @import {Box, ObjectInfo, Objects, Outline} from '../../../protocol.js' */
/** @import {Look} from './outlines.js' */
/** @import {Size, Viewport} from '../viewport.js' */

/** @typedef {{ outline: Outline, look: Look, bbox: Box | null }} Item  `bbox` is null where nobody has measured it */

/** The golden angle: neighbours in a list are never alike. Degrees. */
const TURN = 137.508;

/** Okabe and Ito's without the mask's, and a lime: each of the first objects has its own while there are no classes. */
const OWN = ['#e69f00', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#9ad14b'];

/**
 * An object's class's colour. One without a class stands back where there are classes, and has a colour of its own where there are none.
 *
 * @param {Objects} objects
 * @param {Pick<ObjectInfo, 'category' | 'id'>} object
 */
export function colourOf({ categories }, { id, category }) {
  const found = categories.find((one) => one.id === category);
  if (found) return found.color;
  return (categories.length ? NEUTRAL : OWN[id % OWN.length]) ?? NEUTRAL;
}

/** @param {number} number  a find's */
export const findColour = (number) => `hsl(${(number * TURN) % 360} 85% 65%)`;

/**
 * Make the lister of what is to be drawn. It gives the same list again for as long as nothing in it has changed, whatever else has.
 *
 * @returns {(state: State, lifted: number | null) => readonly Item[]}  `lifted` is an object that somebody else draws
 */
export function createScene() {
  /** @type {unknown[]} */
  let before = [];
  /** @type {Item[]} */
  let items = [];
  return (state, lifted) => {
    const { view, chosen } = shownOf(state);
    const { objects, selected, refines } = view;
    // the new shape of the object that is refined is the mask, on another canvas
    const replaced = chosen ? refines : null;
    const finds = shownFinds(state);
    const alone = isIsolating(state);
    const { fill } = state.look;
    const parts = [objects, selected, replaced, state.preview, finds, lifted, alone, fill];
    if (parts.every((part, i) => part === before[i]) && before.length) return items;
    before = parts;
    const worked = new Set(selected);
    const shown = objects.list.filter(({ id, visible }) => visible && id !== replaced && id !== lifted && (!alone || worked.has(id)));
    // what is selected is drawn last, so that nothing hides what is being worked on
    const ordered = [...shown.filter(({ id }) => !worked.has(id)), ...shown.filter(({ id }) => worked.has(id))];
    items = ordered.map((object) => {
      const preview = state.preview?.id === object.id ? state.preview.outline : null;
      const colour = colourOf(objects, object);
      const look = worked.has(object.id) ? activeLook(colour) : objectLook(colour);
      return { outline: preview ?? object.outline, look: filled(look, fill), bbox: preview ? null : object.bbox };
    });
    for (const { number, outline } of alone ? [] : finds) items.push({ outline, look: filled(findLook(findColour(number)), fill), bbox: null });
    return items;
  };
}

/**
 * Whether anything of an item can be on the stage.
 *
 * @param {Item} item
 * @param {Viewport} viewport
 * @param {Size} size  the stage's
 */
export function isInView({ bbox }, viewport, size) {
  if (!bbox) return true;
  const margin = 8; // the line is wider than the object
  const start = toImage(viewport, { x: -margin, y: -margin });
  const end = toImage(viewport, { x: size.width + margin, y: size.height + margin });
  return bbox[0] <= end.x && bbox[2] >= start.x && bbox[1] <= end.y && bbox[3] >= start.y;
}
