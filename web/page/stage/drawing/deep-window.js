/**
 * Window and level of a picture of more than 8 bits: Python makes its pixels anew from the values that the file has, and they are put in
 * the place of those that are seen. Until they are there the tone of those before is stretched.
 *
 * @module
 */

import { createNewestWins } from '../../actions/newest-wins.js';
import { PLAIN, isSameTone, lowest } from '../../state/look.js';

/** @import {Client} from '../../client.js' */
/** @import {Tone} from '../../state/look.js' */
/** @import {Picture} from '../../picture.js' */
/** @import {Store} from '../../state/store.js' */

/** @param {{ client: Client, store: Store }} parts */
export function createDeepWindow({ client, store }) {
  const newest = createNewestWins();
  /** What was asked for last, and of which picture. @type {{ picture: Picture | null, tone: Tone }} */
  let asked = { picture: null, tone: PLAIN };
  /** The pixels that are seen, unless they are the file's or the first ones. */
  let address = '';

  store.subscribe(({ picture, view, look, opening }) => {
    if (picture !== asked.picture) {
      asked = { picture, tone: PLAIN };
      URL.revokeObjectURL(address);
      address = '';
      if (store.state.developed !== PLAIN) store.update({ developed: PLAIN });
    }
    const { img } = picture ?? {};
    if (!picture || !img || opening || !view.depth || isSameTone(look, asked.tone)) return;
    const tone = { window: look.window, level: look.level };
    asked = { picture, tone };
    const isStillOpen = () => store.state.picture === picture && !store.state.opening;
    // A picture that cannot be had keeps the stretched tone; whatever is wrong with Python is said by whoever asks next.
    newest(picture, () => develop(img, tone, isStillOpen), isStillOpen).catch(() => {});
  });

  /**
   * @param {HTMLImageElement} img
   * @param {Tone} tone
   * @param {() => boolean} isStillOpen
   */
  async function develop(img, tone, isStillOpen) {
    const low = lowest(tone);
    const { bytes } = await client.call('develop', { low, high: low + tone.window / 100 });
    const fresh = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
    // decoded aside first: what is seen never flashes
    const ahead = new Image();
    ahead.src = fresh;
    await ahead.decode();
    if (!isStillOpen()) {
      URL.revokeObjectURL(fresh);
      return;
    }
    img.src = fresh;
    await img.decode();
    URL.revokeObjectURL(address);
    address = fresh;
    store.update({ developed: tone });
  }
}
