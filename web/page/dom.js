/**
 * Small helpers to find and make elements, typed so that a missing or mistaken element fails at once and by name.
 *
 * @module
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The element with this id, which must exist and be of this type.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}`);
  return element;
}

/**
 * An icon from the sprite. It is decoration: the element around it carries the name.
 *
 * @param {string} name  one of web/icons.txt
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A new element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean>} [attributes]  `true` sets an empty attribute, `false` sets none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** Inputs without text: sliders and switches have a use for a few keys, and leave the rest. */
const WITHOUT_TEXT = '[type="range"], [type="checkbox"], [type="radio"], [type="color"], [type="file"]';

/**
 * Whether a key press belongs to a field with text in it, which has an undo and a clipboard of its own.
 *
 * @param {EventTarget | null} target
 */
export function isText(target) {
  return target instanceof Element && target.closest(`input:not(${WITHOUT_TEXT}), textarea, [contenteditable]`) !== null;
}

/**
 * Whether a character is meant for what has the focus: for a text, or to find an option of a list by its name.
 *
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  return isText(target) || (target instanceof Element && target.closest('select') !== null);
}
