/**
 * The picture's brightness as it is seen: an SVG filter with the curve as a table. It lies on the part of the stage that shows the
 * picture and not on the picture, and so never has more to do than the stage has pixels.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { PLAIN, isToned, toneCurve } from '../../state/look.js';

/** @import {Look} from '../../state/look.js' */

export function createToning() {
  const view = byId('picture-view', HTMLElement);
  const curves = document.querySelectorAll('#tone-curve > *');
  let drawn = PLAIN;
  /** @param {Look} look */
  return (look) => {
    if (look === drawn) return;
    drawn = look;
    if (isToned(look)) {
      const table = toneCurve(look).map((value) => value.toFixed(4)).join(' ');
      for (const curve of curves) curve.setAttribute('tableValues', table);
    }
    view.toggleAttribute('data-toned', isToned(look));
  };
}
