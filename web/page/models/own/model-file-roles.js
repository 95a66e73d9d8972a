/**
 * Which of some files are a model's, which of them is the encoder and which the decoder, and what to call the two together. Pure: files in, a
 * guess out.
 *
 * @module
 */

/** @typedef {{ encoder: File | null, decoder: File | null, sure: boolean }} Pair  `sure`: the names say which is which */

/** @type {Pair} */
export const NONE = { encoder: null, decoder: null, sure: true };

/** @param {File} file */
export const isModelFile = ({ name }) => /\.(onnx|ort)$/i.test(name);

/**
 * Whether it may be what a graph keeps its weights in: 'model.onnx_data', 'model.onnx.data', 'encoder_data.bin'.
 *
 * @param {File} file
 */
export const isWeightsFile = ({ name }) => /(\.onnx[._]data(_\d+)?|\.data|\.weights|\.bin)$/i.test(name);

/**
 * What a file's name says that it is. A 'prompt_encoder_mask_decoder' is a decoder.
 *
 * @param {string} name
 * @returns {'encoder' | 'decoder' | null}
 */
function roleOf(name) {
  if (/dec/i.test(name)) return 'decoder';
  return /enc/i.test(name) ? 'encoder' : null;
}

/**
 * Put files in their places. Where the names do not say, the encoder is the larger one: it is so in every model of the family.
 *
 * @param {readonly File[]} files  the newest last
 * @returns {Pair}
 */
export function pairOf(files) {
  const [first, second] = files.slice(-2);
  if (!first) return NONE;
  if (!second) {
    const role = roleOf(first.name);
    return role === 'decoder' ? { encoder: null, decoder: first, sure: true } : { encoder: first, decoder: null, sure: role !== null };
  }
  const [one, other] = [roleOf(first.name), roleOf(second.name)];
  const sure = one !== other;
  const firstIsEncoder = sure ? one === 'encoder' || other === 'decoder' : first.size >= second.size;
  return firstIsEncoder ? { encoder: first, decoder: second, sure } : { encoder: second, decoder: first, sure };
}

/**
 * Find a pair among many files, as a folder holds them: an encoder and a decoder whose names are otherwise the same, and of those the plainest
 * (hubs mark what is smaller: 'vision_encoder_fp16', '..._quantized').
 *
 * @param {readonly File[]} files
 * @returns {Pair}
 */
export function pairAmong(files) {
  if (files.length <= 2) return pairOf(files);
  const pairs = files.flatMap((encoder) => {
    if (roleOf(encoder.name) !== 'encoder') return [];
    const decoder = files.find((file) => roleOf(file.name) === 'decoder' && bareName(file.name) === bareName(encoder.name));
    return decoder ? [{ encoder, decoder, sure: true }] : [];
  });
  pairs.sort((a, b) => bareName(a.encoder.name).length - bareName(b.encoder.name).length);
  return pairs[0] ?? NONE;
}

/**
 * A name for a model, from its files' names without what they are and how they are kept.
 *
 * @param {Pair} pair
 * @param {string} [folder]  that they were in
 */
export function nameOf({ encoder, decoder }, folder = '') {
  return bareName((encoder ?? decoder)?.name ?? '') || folder || 'My model';
}

/** @param {string} name */
export function bareName(name) {
  return name
    .replace(/\.(onnx|ort)$/i, '')
    .replace(/[-_. ]*((image|vision|prompt|mask)[-_. ]*)?(encoder|decoder|enc|dec)/gi, '')
    .replace(/^[-_. ]+|[-_. ]+$/g, '');
}
