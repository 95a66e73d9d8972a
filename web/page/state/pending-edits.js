/**
 * Prompts as they look before Python has confirmed them, so that a click shows at once. Pure: Python's view and a list of
 * changes in, what to draw out.
 *
 * @module
 */

/** @import {Box, Outline, Overlaps, Point, View} from '../../protocol.js' */

/**
 * @typedef {{ kind: 'add', id: number, x: number, y: number, label: 0 | 1 }} AddEdit  `id` is temporary, below 0
 * @typedef {{ kind: 'move', id: number, x: number, y: number, gesture?: number }} MoveEdit  moves of one gesture are one step to undo
 * @typedef {{ kind: 'box', box: Box | null, gesture?: number }} BoxEdit
 * @typedef {{ kind: 'label', id: number, label: 0 | 1 }} LabelEdit
 * @typedef {{ kind: 'accept', overlaps: Overlaps, once: boolean }} AcceptEdit  `once`: no copy of what is an object already
 * @typedef {AddEdit | LabelEdit | MoveEdit | BoxEdit | AcceptEdit | { kind: 'remove', id: number } | { kind: 'unmask' } | { kind: 'clear' } | { kind: 'choose', index: number }} Edit
 *
 * @typedef {Point & { pending: boolean }} ShownPoint
 * @typedef {{ points: ShownPoint[], box: Box | null, mask: Outline | null, chosen: number | null, cleared: boolean, accepted: boolean }} Prompts
 *   `accepted`: the mask that is shown will be an object, and the prompts are those of the next one
 */

/**
 * @param {View} view
 * @param {readonly Edit[]} edits  oldest first
 * @returns {Prompts}
 */
export function applyEdits(view, edits) {
  const { box, mask, chosen } = view;
  /** @type {Prompts} */
  const start = { points: view.points.map((point) => ({ ...point, pending: false })), box, mask, chosen, cleared: false, accepted: false };
  return edits.reduce(applyEdit, start);
}

/** How many there are. @param {Prompts} prompts */
export const promptCount = ({ points, box, mask }) => points.length + (box ? 1 : 0) + (mask ? 1 : 0);

/**
 * @param {Prompts} prompts
 * @param {Edit} edit
 * @returns {Prompts}
 */
function applyEdit(prompts, edit) {
  switch (edit.kind) {
    case 'add': {
      const { id, x, y, label } = edit;
      return { ...prompts, points: [...prompts.points, { id, x, y, label, refines: null, pending: true }] };
    }
    case 'move':
      return { ...prompts, points: prompts.points.map((point) => (point.id === edit.id ? { ...point, x: edit.x, y: edit.y } : point)) };
    case 'label':
      return { ...prompts, points: prompts.points.map((point) => (point.id === edit.id ? { ...point, label: edit.label } : point)) };
    case 'remove':
      return { ...prompts, points: prompts.points.filter((point) => point.id !== edit.id) };
    case 'box':
      return { ...prompts, box: edit.box };
    case 'choose':
      return { ...prompts, chosen: edit.index };
    case 'unmask':
      return { ...prompts, mask: null };
    case 'clear':
      return { points: [], box: null, mask: null, chosen: null, cleared: true, accepted: prompts.accepted };
    case 'accept': // its mask stays until it is an object: nothing flickers between the two
      return { ...prompts, points: [], box: null, mask: null, accepted: true };
  }
}
