/**
 * What went wrong or should be known once, what to do about it, and a button that does it. Errors have a row of their own below the
 * stage, so that they never cover the work, and stay until they are over or dismissed. Notices float on the stage, and go by themselves.
 *
 * @module
 */

import { byId, h, icon } from '../dom.js';
import { TabsamError } from '../../errors.js';

/** @import {Store} from '../state/store.js' */

/**
 * @typedef {{ topic: string, tone: 'error' | 'notice', text: string, hint: string, code?: string, details?: string,
 *   action?: { label: string, run: () => void }, other?: { label: string, run: () => void }, asks?: boolean, stays?: boolean }} Message
 *   A newer message on the same topic takes the older one's place. One that `asks` takes the keyboard to its first button: what the
 *   person has just done is not done before it is answered. A notice that `stays` is an offer: it goes when it is answered.
 */

/** The way out when the engine is gone. @type {NonNullable<Message['action']>} */
export const RELOAD = { label: 'Reload', run: () => location.reload() };

/** More than this at once is noise; the oldest goes. */
const MOST = 3;

/** @param {Store} store */
export function createMessages(store) {
  /** @param {Message} message */
  const say = (message) => {
    const others = store.state.messages.filter(({ topic }) => topic !== message.topic);
    store.update({ messages: [...others, message].slice(-MOST) });
  };
  /** @param {string} topic */
  const unsay = (topic) => {
    if (store.state.messages.some((message) => message.topic === topic)) {
      store.update({ messages: store.state.messages.filter((message) => message.topic !== topic) });
    }
  };
  /**
   * Say what went wrong, unless the person asked for it.
   *
   * @param {string} topic
   * @param {unknown} thrown
   * @param {Message['action']} [action]
   * @param {Message['other']} [other]
   */
  const report = (topic, thrown, action, other) => {
    const { code, message, hint, details } = TabsamError.from(thrown);
    if (code === 'cancelled') return;
    const about = { tone: /** @type {const} */ ('error'), text: message, hint, code, details };
    // A lost worker fails every call that waits for it; it is said once, by whoever starts another, or about the engine.
    if (code === 'worker-lost') {
      if (store.state.engine.status === 'failed') say({ ...about, topic: 'engine', action: RELOAD });
    } else say({ ...about, topic, action, other });
  };
  return { say, unsay, report };
}

/** @typedef {ReturnType<typeof createMessages>} Messages */

/** How long a notice stays, at least, and for each of its characters: slow readers have time. Milliseconds. */
const NOTICE_MS = 6000;
const NOTICE_MS_A_CHARACTER = 60;

/** @param {Store} store */
export function mountMessages(store) {
  const errors = byId('errors', HTMLElement);
  const notices = byId('notices', HTMLElement);
  const stage = byId('stage', HTMLElement);
  /** @type {Map<Message, HTMLElement>} */
  const rows = new Map();

  /** @param {Message} message */
  const dismiss = (message) => store.update({ messages: store.state.messages.filter((other) => other !== message) });

  store.subscribe(({ messages }) => {
    for (const [message, row] of rows) {
      if (messages.includes(message)) continue;
      const hadFocus = row.contains(document.activeElement);
      row.remove();
      if (hadFocus) stage.focus({ preventScroll: true });
      rows.delete(message);
    }
    for (const message of messages) {
      if (rows.has(message)) continue;
      const row = draw(message, () => dismiss(message));
      if (message.tone === 'notice' && !message.stays) leaveInTime(row, () => dismiss(message));
      rows.set(message, row);
      (message.tone === 'error' ? errors : notices).append(row);
      if (message.asks) row.querySelector('button')?.focus({ preventScroll: true });
    }
  });
}

/**
 * Let a notice go when there was time to read it. While it is looked at or in use, or the tab is in the background, it stays.
 *
 * @param {HTMLElement} row
 * @param {() => void} dismiss
 */
function leaveInTime(row, dismiss) {
  const patience = NOTICE_MS + NOTICE_MS_A_CHARACTER * (row.textContent?.length ?? 0);
  const later = () =>
    void setTimeout(() => {
      if (!row.isConnected) return;
      if (document.hidden || row.matches(':hover, :focus-within')) later();
      else dismiss();
    }, patience);
  later();
}

/**
 * @param {Message} message
 * @param {() => void} dismiss
 */
function draw(message, dismiss) {
  const { tone, text, hint, action, other, code, details } = message;
  const close = h('button', { type: 'button', class: 'tool', 'aria-label': 'Dismiss this message' }, icon('x'));
  close.addEventListener('click', dismiss);
  const words = h('p', { class: 'message-text' }, h('strong', {}, text), ...(hint ? [' ', hint] : []));
  const row = h('div', { class: 'message', 'data-tone': tone, 'data-code': code ?? '' });
  row.append(icon(tone === 'error' ? 'triangle-alert' : 'info'), words);
  if (tone === 'error') row.append(drawDetails(`${text}\n${hint}\ncode: ${code ?? 'none'}\n${details ?? ''}`.trim()));
  const answers = h('div', { class: 'message-answers' });
  for (const way of [action, other]) {
    if (!way) continue;
    const button = h('button', { type: 'button', class: 'button', 'data-role': way === action ? 'message-action' : 'message-other' }, way.label);
    button.addEventListener('click', () => {
      dismiss();
      way.run();
    });
    answers.append(button);
  }
  if (answers.childElementCount) row.append(answers);
  row.append(close);
  return row;
}

/** @param {string} report  what a bug report needs */
function drawDetails(report) {
  const copy = h('button', { type: 'button', class: 'button' }, icon('copy'), 'Copy');
  const text = `${report}\n${navigator.userAgent}`;
  const pre = h('pre', { tabindex: 0 }, text);
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.replaceChildren(icon('check'), 'Copied');
    } catch {
      // no permission, or no secure context: select it, so that Ctrl+C does the rest
      getSelection()?.selectAllChildren(pre);
    }
  });
  return h('details', { class: 'message-details' }, h('summary', {}, 'Details'), h('div', { class: 'message-report' }, pre, copy));
}
