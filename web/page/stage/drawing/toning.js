/**
 * The picture's brightness as it is seen: an SVG filter with the curve as a table. It lies on the part of the stage that shows the
 * picture and not on the picture, and so never has more to do than the stage has pixels.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { PLAIN, isToned, toneCurve } from '../../state/look.js';

/** @import {Look, Tone} from '../../state/look.js' */

export function createToning() {
  const view = byId('picture-view', HTMLElement);
  const curves = document.querySelectorAll('#tone-curve > *');
  let drawn = PLAIN;
  /** @type {Tone} */
  let has = PLAIN;
  /** @param {Look} look @param {Tone} [shown]  what the picture's pixels have of it already */
  return (look, shown = PLAIN) => {
    if (look === drawn && shown === has) return;
    drawn = look;
    has = shown;
    if (isToned(look, shown)) {
      const table = toneCurve(look, shown).map((value) => value.toFixed(4)).join(' ');
      for (const curve of curves) curve.setAttribute('tableValues', table);
    }
    view.toggleAttribute('data-toned', isToned(look, shown));
  };
}
