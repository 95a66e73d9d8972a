/**
 * The console's height, where it stands below the stage.
 *
 * @module
 */

import { byId } from '../dom.js';
import { mountResizableEdge } from '../input/resizable-edge.js';

/** CSS pixels; the stage keeps some. */
const LEAST = 140;
const LEFT_FREE = 220;

export function mountConsoleHeight() {
  mountResizableEdge(byId('console-edge', HTMLElement), {
    key: 'tabsam.console',
    property: '--console-height',
    axis: 'y',
    least: LEAST,
    most: () => Math.max(LEAST, innerHeight - LEFT_FREE),
    usual: 280,
    step: 24,
  });
}
