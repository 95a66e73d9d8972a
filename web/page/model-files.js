/**
 * Which of two files is the encoder and which the decoder, and what to call the two together. Pure: files in, a guess out.
 *
 * @module
 */

/** @typedef {{ encoder: File | null, decoder: File | null, sure: boolean }} Pair  `sure`: the names say which is which */

/** @param {File} file */
export const isModelFile = ({ name }) => /\.(onnx|ort)$/i.test(name);

/**
 * What a file's name says that it is. A 'prompt_encoder_mask_decoder' is a decoder.
 *
 * @param {string} name
 * @returns {'encoder' | 'decoder' | null}
 */
export function roleOf(name) {
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
  if (!first) return { encoder: null, decoder: null, sure: true };
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
 * A name for a model, from its files' names without what they are and how they are kept.
 *
 * @param {Pair} pair
 */
export function nameOf({ encoder, decoder }) {
  const name = (encoder ?? decoder)?.name ?? '';
  const bare = name
    .replace(/\.(onnx|ort)$/i, '')
    .replace(/[-_. ]*((image|vision|prompt|mask)[-_. ]*)?(encoder|decoder|enc|dec)/gi, '')
    .replace(/^[-_. ]+|[-_. ]+$/g, '');
  return bare || 'My model';
}
