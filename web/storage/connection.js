/**
 * One request for a file, or for the rest of it, and the bytes that it brings.
 *
 * @module
 */

import { isRest, placeOf, refusal, refusePage, versionOf } from './answers.js';
import { ownFetch } from './own-fetch.js';

/**
 * @typedef {import('./answers.js').Version} Version
 * @typedef {import('./download.js').Source} Source
 *
 * @typedef {object} Here  what is there of the file already
 * @property {number} size
 * @property {Mirror | null} mirror  where all of it came from; null where it is put together, or nobody knows
 */

/** How long a connection may bring nothing before it counts as broken. Milliseconds. */
const SILENCE = 30_000;

/** So much of a file's start tells what it is. Bytes. */
const HEAD = 64;

/** One address of a file, and what has been learnt of it. */
export class Mirror {
  /**
   * @param {string} url
   * @param {Version} [version]  of the file that is there in part from an earlier visit
   */
  constructor(url, version = []) {
    this.url = url;
    /** What is wrong there is forgiven once. */
    this.lives = 2;
    /** It is asked for the file from its start only: what it gave as the rest was none, or it sends the file packed. */
    this.onlyWhole = false;
    /** How often the rest was promised and nothing came: once may be the network's fault. */
    this.emptyRests = 0;
    this.version = version;
  }

  /** What the rest will be known by, also on another visit; null where nothing would tell. */
  get beginning() {
    const { url, version } = this;
    return this.onlyWhole || version.every((one) => one === null) ? null : { url, version };
  }
}

/**
 * Ask a mirror for what is missing.
 *
 * @param {Mirror} mirror
 * @param {Source} source
 * @param {Here} here
 * @param {{ signal: AbortSignal, cache: RequestCache }} options
 * @returns {Promise<Connection>}
 * @throws {TypeError} when there is no connection, or it breaks
 * @throws {Setback} when the mirror has no such file, or a web page in its place
 */
export async function connect(mirror, source, here, options) {
  const connection = new Connection(mirror, options);
  try {
    await connection.open(source, here);
    return connection;
  } catch (error) {
    connection.close();
    throw connection.explain(error);
  }
}

/** Close it, however it ends. */
class Connection {
  /**
   * @param {Mirror} mirror
   * @param {{ signal: AbortSignal, cache: RequestCache }} options
   */
  constructor(mirror, { signal, cache }) {
    this.mirror = mirror;
    this.cache = cache;
    this.stop = new AbortController();
    this.signal = AbortSignal.any([signal, this.stop.signal]);
    /** It brings the rest of what is there; else the whole. */
    this.goesOn = false;
    /** Whether its end is the end of the file: not where nobody said how long the answer is. */
    this.isMeasured = false;
    /** The file's size in bytes, if the mirror says it. @type {number | undefined} */
    this.total = undefined;
    this.isEmpty = true;
    this.isSilent = false;
    /** @type {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined} */
    this.reader = undefined;
    /** What has been read of it to see what it is. @type {Uint8Array<ArrayBuffer>[]} */
    this.head = [];
    this.isPacked = false;
    this.listen();
  }

  /**
   * @param {Source} source
   * @param {Here} here
   */
  async open(source, here) {
    let response = here.size > 0 && !this.mirror.onlyWhole ? await this.request(here.size) : await this.request();
    if (response.status === 206 || response.status === 416) {
      this.goesOn = response.status === 206 && isRest(response, this.mirror, source, here);
      if (!this.goesOn) {
        this.mirror.onlyWhole = true;
        await response.body?.cancel();
        response = await this.request();
      }
    }
    if (!response.ok || !response.body || (response.status === 206 && !this.goesOn)) throw refusal(this.mirror.url, response);
    this.mirror.version = versionOf(response);
    this.total = this.goesOn ? placeOf(response)?.total : undefined;
    this.isMeasured = response.headers.has('Content-Length');
    this.reader = response.body.getReader();
    await this.readHead();
    const head = new Uint8Array(await new Blob(this.head).arrayBuffer());
    if (!this.goesOn) refusePage(this.mirror.url, response, head);
    this.isPacked = !this.goesOn && head[0] === 0x1f && head[1] === 0x8b;
    // Places in what is unpacked are not places in what is sent.
    if (this.isPacked || response.headers.has('Content-Encoding')) this.mirror.onlyWhole = true;
  }

  /**
   * @param {number} [from]
   * @returns {Promise<Response>}
   */
  request(from) {
    // A Range that starts somewhere and goes to the end needs no preflight from another origin.
    return ownFetch(this.mirror.url, { signal: this.signal, cache: this.cache, headers: from ? { Range: `bytes=${from}-` } : {} });
  }

  async readHead() {
    for (let size = 0; size < HEAD; ) {
      const chunk = await this.read();
      if (!chunk) return;
      this.head.push(chunk);
      size += chunk.byteLength;
    }
  }

  /** @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} the next bytes as they were sent; undefined at the end */
  async read() {
    const next = await this.reader?.read();
    this.listen();
    if (next?.value) this.isEmpty = false;
    return next?.value;
  }

  /**
   * The bytes of the file; what was packed with gzip comes unpacked.
   *
   * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>}
   * @throws {TypeError} when the connection breaks
   */
  async *chunks() {
    try {
      if (!this.isPacked) {
        yield* this.head;
        for (let chunk = await this.read(); chunk; chunk = await this.read()) yield chunk;
        return;
      }
      // A reader rather than `for await` over the stream itself, which not every browser has.
      const unpacked = this.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
      for (;;) {
        const { done, value } = await unpacked.read();
        if (done) return;
        yield value;
      }
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** @returns {ReadableStream<Uint8Array<ArrayBuffer>>} */
  stream() {
    return new ReadableStream({
      start: (controller) => this.head.forEach((chunk) => controller.enqueue(chunk)),
      pull: async (controller) => {
        const chunk = await this.read();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    });
  }

  /** Something was heard; from now on the silence counts. */
  listen() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isSilent = true;
      this.stop.abort();
    }, SILENCE);
  }

  /**
   * @param {unknown} error
   * @returns {unknown}
   */
  explain(error) {
    return this.isSilent ? new TypeError(`nothing came for ${SILENCE / 1000} s`) : error;
  }

  close() {
    clearTimeout(this.timer);
    this.stop.abort();
    if (this.goesOn && this.isEmpty && ++this.mirror.emptyRests > 1) this.mirror.onlyWhole = true;
  }
}
