/**
 * Where a model begins to be large: its encoder then takes WASM many seconds, up to a minute.
 *
 * @module
 */

/** Bytes, encoder and decoder together: MobileSAM has 45 MB, SAM 2 tiny 62 in float16 and 155 in float32. */
export const LARGE_BYTES = 48e6;
