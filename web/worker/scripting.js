/**
 * Runs the console's scripts in Python: has them interrupted, brings what they need of the page, and keeps them on this site.
 *
 * @module
 */

import { failure } from '../errors.js';
import { hand, read, takeBack } from './handed-files.js';
import { guardNetwork, reach } from './network-guard.js';

/** @import {Python} from './python.js' */
/** @import {Announcement, Methods, Progress, ScriptQuestion} from '../protocol.js' */

/** Where packages lie that the person has given, in Python's own file system. */
const WHEELS = '/tmp/wheels';

/** @type {Uint8Array<SharedArrayBuffer> | null} */
let interrupt = null;
/** @type {Python | null} */
let runs = null;
/** @type {Map<number, (answer: { file: Blob | null, agreed: boolean }) => void>} */
const asked = new Map();
let last = 0;
/** The numbers of files that the script has been given. @type {number[]} */
let given = [];

/** @param {Omit<ScriptQuestion, 'number'>} question @returns {Promise<{ file: Blob | null, agreed: boolean }>} */
function ask(question) {
  const number = ++last;
  /** @type {Announcement} */
  const announcement = { event: 'question', question: { number, ...question } };
  globalThis.postMessage(announcement);
  return new Promise((resolve) => asked.set(number, resolve));
}

/** @param {Methods['answerScript']['params']} answer */
export function answerScript({ number, file, agreed }) {
  asked.get(number)?.({ file, agreed });
  asked.delete(number);
}

/** What Python calls (tabsam/page/web.py). */
const scripts = {
  /** @param {boolean} allowed */
  interruptible(allowed) {
    runs?.interruptBy(allowed ? interrupt : null);
  },

  /** @param {string} hosts */
  reach(hosts) {
    reach(JSON.parse(hosts));
  },

  /** @param {string} wish */
  async askToInstall(wish) {
    const [packages, hosts] = JSON.parse(wish);
    return (await ask({ file: null, packages, hosts })).agreed;
  },

  /** @param {string} id */
  async fileOf(id) {
    const handed = hand((await ask({ file: id, packages: [], hosts: [] })).file);
    given.push(handed.file);
    return JSON.stringify(handed);
  },
};

/**
 * @param {Python} python
 * @param {Methods['runScript']['params']} script
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Methods['runScript']['result']>}
 */
export async function runScript(python, { code, pictures, interrupt: by }, onProgress) {
  if (runs) throw failure('script-runs', 'Another script is still running.', 'Wait for it, or stop it first.');
  runs = python;
  interrupt = by;
  try {
    guardNetwork((address) => onProgress({ stage: 'script', message: 'Fetching a package', output: { kind: 'note', text: `Asked ${address}` } }));
    python.readFilesWith(read);
    python.scriptWith(scripts);
    if (/\bmicropip\b/.test(code)) await python.loadMicropip();
    const { result } = await python.call('execute', { code, pictures }, onProgress);
    return /** @type {Methods['runScript']['result']} */ (result);
  } finally {
    runs = null;
    takeBack(given);
    given = [];
  }
}

/** Stop a script that waits; one that computes has been interrupted before this is heard. */
export function stopScript() {
  if (interrupt) interrupt[0] = 0;
  runs?.stopScript();
}

/**
 * @param {Python} python
 * @param {Methods['takeWheel']['params']} wheel
 */
export async function takeWheel(python, { name, file }) {
  const path = `${WHEELS}/${name.replaceAll('/', '_')}`;
  python.writeFile(path, new Uint8Array(await file.arrayBuffer()));
  return { address: `emfs:${path}` };
}
