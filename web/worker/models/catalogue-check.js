/**
 * What a catalogue of models from elsewhere must be, said in sentences. The rules are those of tools/catalogue.py, by which a site's own
 * is checked when it is built; a test holds the two together.
 *
 * @module
 */

const DTYPES = ['float32', 'float16', 'int8'];
const LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize'];
const EDGES = ['decoded', 'follow'];
/** Of a mask: what is larger is no speck. */
const MOST_TIDY = 0.2;
const THRESHOLDS = ['predIouThresh', 'stabilityScoreThresh', 'boxNmsThresh', 'maskNmsThresh'];

/** Bytes. SAM's largest has 2.6 GB, and a tab has no room for more than 4. */
const LARGEST = 1e11;

/** A path without a scheme, a host or a step upwards; or an address that a page on https may ask. */
const RELATIVE = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^:\\]+$/;
const ABSOLUTE = /^(https:\/\/[^/\s]+\/\S*|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/\S*)$/;
const ID = /^(?!own-)[a-z0-9][a-z0-9._-]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** @typedef {Record<string, unknown>} Fields */

/**
 * What is wrong with a catalogue, in order; nothing when all is well.
 *
 * @param {unknown} catalogue  as it was read from JSON
 * @returns {string[]}
 */
export function problemsOf(catalogue) {
  if (!isObject(catalogue) || !Array.isArray(catalogue.models)) return ["A catalogue is an object with a list 'models'."];
  /** @type {unknown[]} */
  const models = catalogue.models;
  if (models.length === 0) return ["The list 'models' is empty."];
  const ids = models.filter(isObject).map(({ id }) => id);
  const twice = new Set(ids.filter((id, at) => typeof id === 'string' && ids.indexOf(id) !== at));
  return [...models.flatMap((entry, at) => [...problemsOfEntry(entry, at)]), ...[...twice].map((id) => `There are two models with the id '${id}'.`)];
}

/**
 * @param {unknown} entry
 * @param {number} at
 * @returns {Generator<string>}
 */
function* problemsOfEntry(entry, at) {
  if (!isObject(entry)) {
    yield `Model ${at + 1} is not an object.`;
    return;
  }
  const { id, name, dtype = 'float32', source, needs, former } = entry;
  if (typeof id !== 'string' || !ID.test(id)) {
    yield `Model ${at + 1} has no 'id' of small letters, digits, '.', '_' and '-' (and not beginning with 'own-').`;
    return;
  }
  if (typeof name !== 'string' || name.trim() === '') yield `${id} has no 'name'.`;
  for (const key of ['family', 'licence', 'description', 'source']) {
    if (key in entry && typeof entry[key] !== 'string') yield `'${key}' of ${id} is not a text.`;
  }
  if (typeof source === 'string' && !ABSOLUTE.test(source)) yield `'source' of ${id} is not an address of https.`;
  if (!DTYPES.includes(String(dtype))) yield `'dtype' of ${id} is none of ${DTYPES.join(', ')}.`;
  if (needs !== undefined && !isNeeds(needs)) {
    yield `'needs' of ${id} is not an object with 'features' (texts), '${LIMITS[0]}' and '${LIMITS[1]}' (bytes).`;
  }
  if ('everything' in entry && !isEverything(entry.everything)) {
    yield `'everything' of ${id} is not an object with 'pointsPerSide' (1 to 128) and ${THRESHOLDS.join(', ')} (0 to 1).`;
  }
  if ('edges' in entry && !EDGES.includes(String(entry.edges))) yield `'edges' of ${id} is not one of ${EDGES.join(', ')}.`;
  if ('tidy' in entry && !(typeof entry.tidy === 'number' && entry.tidy >= 0 && entry.tidy <= MOST_TIDY)) yield `'tidy' of ${id} is not a number from 0 to ${MOST_TIDY}.`;
  if (former !== undefined && !isDigests(former)) yield `'former' of ${id} is not a list of digests: 64 hexadecimal digits in small letters each.`;
  yield* problemsOfFile(entry.encoder, `the encoder of ${id}`);
  yield* problemsOfFile(entry.decoder, `the decoder of ${id}`);
  if ('processorDecoder' in entry) yield* problemsOfFile(entry.processorDecoder, `the processor's decoder of ${id}`);
}

/** @param {unknown} needs */
function isNeeds(needs) {
  if (!isObject(needs) || !Object.keys(needs).every((key) => key === 'features' || LIMITS.includes(key))) return false;
  const { features = [] } = needs;
  return Array.isArray(features) && features.every((feature) => typeof feature === 'string') && LIMITS.every((limit) => isCount(needs[limit] ?? 1));
}

/** @param {unknown} options */
function isEverything(options) {
  if (!isObject(options) || !Object.keys(options).every((key) => key === 'pointsPerSide' || THRESHOLDS.includes(key))) return false;
  const { pointsPerSide = 1 } = options;
  const isShare = (/** @type {unknown} */ value) => typeof value === 'number' && value >= 0 && value <= 1;
  return isCount(pointsPerSide) && Number(pointsPerSide) <= 128 && THRESHOLDS.every((name) => !(name in options) || isShare(options[name]));
}

/**
 * @param {unknown} file
 * @param {string} what
 * @returns {Generator<string>}
 */
function* problemsOfFile(file, what) {
  if (!isObject(file)) {
    yield `${capital(what)} is not an object.`;
    return;
  }
  const { url, parts, bytes = 1, sha256 = '0'.repeat(64), data = [] } = file;
  if ((url === undefined) === (parts === undefined)) yield `${capital(what)} needs either a 'url' or 'parts'.`;
  else if (url !== undefined) yield* problemsOfAddresses(url, what);
  else yield* problemsOfParts(parts, what);
  if (!isSize(bytes)) yield `'bytes' of ${what} is not a number of bytes that a model's file can have.`;
  if (!isDigest(sha256)) yield `'sha256' of ${what} is not 64 hexadecimal digits in small letters.`;
  yield* problemsOfData(data, what);
}

/**
 * @param {unknown} url
 * @param {string} what
 * @returns {Generator<string>}
 */
function* problemsOfAddresses(url, what) {
  /** @type {unknown[]} */
  const addresses = Array.isArray(url) ? url : [url];
  if (addresses.length === 0) yield `'url' of ${what} is an empty list.`;
  for (const address of addresses) {
    if (typeof address !== 'string' || !(RELATIVE.test(address) || ABSOLUTE.test(address))) {
      yield `'url' of ${what} is neither a path below the catalogue nor an address of https.`;
    }
  }
}

/**
 * @param {unknown} parts
 * @param {string} what
 * @returns {Generator<string>}
 */
function* problemsOfParts(parts, what) {
  if (!Array.isArray(parts) || parts.length === 0) {
    yield `'parts' of ${what} is not a list.`;
    return;
  }
  for (const part of /** @type {unknown[]} */ (parts)) {
    if (!isObject(part) || !isSize(part.bytes) || !isDigest(part.sha256)) yield `A part of ${what} does not state its 'url', 'bytes' and 'sha256'.`;
    else yield* problemsOfAddresses(part.url, `a part of ${what}`);
  }
}

/**
 * @param {unknown} data
 * @param {string} what
 * @returns {Generator<string>}
 */
function* problemsOfData(data, what) {
  if (!Array.isArray(data)) {
    yield `'data' of ${what} is not a list.`;
    return;
  }
  for (const file of /** @type {unknown[]} */ (data)) {
    const name = isObject(file) ? file.name : undefined;
    if (typeof name !== 'string' || !/^[^/\\]+$/.test(name)) yield `A file in 'data' of ${what} has no 'name' (the one by which the graph asks for it).`;
    else if (isObject(file) && 'data' in file) yield `${name} in 'data' of ${what} has 'data' of its own.`;
    else yield* problemsOfFile(file, `${name} of ${what}`);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Fields}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** @param {unknown} value  bytes of a file */
function isSize(value) {
  return isCount(value) && Number(value) <= LARGEST;
}

/** @param {unknown} value */
function isDigests(value) {
  return Array.isArray(value) && value.every(isDigest);
}

/** @param {unknown} value */
function isDigest(value) {
  return typeof value === 'string' && SHA256.test(value);
}

/** @param {string} sentence */
function capital(sentence) {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
