/**
 * What a search says of itself: how far it is, what it found, and what to try where that is nothing.
 *
 * @module
 */

import { count } from '../../formatting.js';

/** @import {Search} from '../../state/store.js' */
/** @import {Finds, Searched, Thresholds} from '../../../protocol.js' */

/** As many clicks per side as there are to choose. */
const MOST_CLICKS = 32;

/**
 * @param {Search} search
 * @param {Finds} finds
 */
export function searchWords({ running }, { list, search }) {
  if (running) return running.of ? `${running.done} of ${running.of} clicks, ${count(running.finds.length, 'object')} so far` : 'Starting';
  if (!search) return '';
  const { thresholds, least } = search;
  const below = thresholds.predIouThresh < least.predIouThresh || thresholds.stabilityScoreThresh < least.stabilityScoreThresh;
  const limit = below ? ` It was searched down to ${pair(least)}: search again for less.` : '';
  return (list.length ? `${count(list.length, 'object')} found.` : nothing(search)) + limit;
}

/** @param {Searched} search */
function nothing({ gone, lower, least, pointsPerSide }) {
  if (gone) return 'All that was found is taken or rejected.';
  if (lower) return `Nothing is so good. ${lower.count === 1 ? '1 object is' : `${lower.count} objects are`} found with ${pair(lower.thresholds)}.`;
  const clicks = pointsPerSide !== null && pointsPerSide < MOST_CLICKS ? `${2 * pointsPerSide} clicks per side` : 'a larger model';
  return `Nothing found, not with ${pair(least)} either. Try ${clicks}, or click what you want.`;
}

/** @param {Thresholds} thresholds */
const pair = ({ predIouThresh, stabilityScoreThresh }) => `${predIouThresh.toFixed(2)} and ${stabilityScoreThresh.toFixed(2)}`;
