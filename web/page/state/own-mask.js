/**
 * The mask that an object has, where it is none of the readings.
 *
 * @module
 */

/** @import {Candidate} from '../../protocol.js' */

/** Of Meta's mask tokens, the one for several clicks, or a box. */
export const SINGLE_MASK_TOKEN = 0;

/**
 * Whether a candidate is none of the readings: an object that was made as one mask keeps that when it is gone on with.
 *
 * @param {Candidate} candidate
 * @param {readonly Candidate[]} candidates
 */
export const isOwnMask = ({ token }, candidates) => token === SINGLE_MASK_TOKEN && candidates.length > 1;
