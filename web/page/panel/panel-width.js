/**
 * The panel's width, where it stands beside the stage.
 *
 * @module
 */

import { byId } from '../dom.js';
import { mountResizableEdge } from '../input/resizable-edge.js';

/** CSS pixels. The stage keeps at least as much as the panel may have. */
const LEAST = 264;
const MOST = 560;

export function mountPanelWidth() {
  const edge = byId('panel-edge', HTMLElement);
  const { reset } = mountResizableEdge(edge, {
    key: 'tabsam.panel',
    property: '--panel-width',
    axis: 'x',
    least: LEAST,
    most: () => Math.max(LEAST, Math.min(MOST, Math.floor(innerWidth / 2))),
    usual: 304,
    step: 16,
  });
  edge.addEventListener('dblclick', reset);
}
