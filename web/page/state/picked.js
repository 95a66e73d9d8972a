/**
 * The pictures that a person has picked in the film strip, for what is done with several at once.
 *
 * @module
 */

/** @import {ListedPicture, State} from './store.js' */

/**
 * @param {Pick<State, 'picked' | 'queue'>} state
 * @returns {ListedPicture[]}  in the order of the list
 */
export const pickedOf = ({ picked, queue }) => (picked.size && queue ? queue.pictures.filter(({ id }) => picked.has(id)) : []);
