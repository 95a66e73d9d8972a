/**
 * The menu of the pictures that come with the page.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { creditLine } from '../formatting.js';
import { attachPopover, menuItem, withNote } from './menu.js';

/** @import {Sample} from '../input/samples.js' */

/** @param {{ samples: Promise<Sample[]>, openSample: (sample: Sample) => void }} parts */
export function mountSamplesMenu({ samples, openSample }) {
  const menu = byId('samples-menu', HTMLElement);
  const opener = byId('samples', HTMLButtonElement);
  attachPopover(opener, menu);
  void samples.then((all) => {
    opener.hidden = all.length === 0;
    for (const sample of all) {
      const picture = h('img', { src: sample.url, alt: '', loading: 'lazy' });
      const words = withNote(sample.title, creditLine(sample.credit, sample.licence));
      menu.append(menuItem(menu, picture, [words], () => openSample(sample), { 'data-sample': sample.id }));
    }
  });
}
