/**
 * Where a model begins to be large: its encoder then takes WASM a minute, not a second.
 *
 * @module
 */

/** Bytes, encoder and decoder together. */
export const LARGE_BYTES = 64e6;
