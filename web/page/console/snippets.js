/**
 * Snippets: code that a person keeps under a name.
 *
 * @module
 */

import { byId, h, icon } from '../dom.js';
import { attachPopover } from '../menus/menu.js';
import { keepSnippets, recallSnippets } from './kept-code.js';

/** @param {{ code: () => string, show: (code: string) => void, say: (text: string) => void }} parts */
export function mountSnippets({ code, show, say }) {
  const card = byId('console-snippets-card', HTMLElement);
  const form = byId('console-snippet-form', HTMLFormElement);
  const name = byId('console-snippet-name', HTMLInputElement);
  const list = byId('console-snippet-list', HTMLElement);
  attachPopover(byId('console-snippets', HTMLButtonElement), card);
  card.addEventListener('toggle', (event) => {
    if (event.newState !== 'open') return;
    draw();
    name.focus();
  });

  /** @param {import('./kept-code.js').Snippet[]} snippets @param {string} done */
  function keep(snippets, done) {
    say(keepSnippets(snippets) ? done : 'The browser has no room for snippets: copy the code to a file.');
    draw();
  }

  function draw() {
    list.replaceChildren(...recallSnippets().map(row));
  }

  /** @param {import('./kept-code.js').Snippet} snippet */
  function row(snippet) {
    const open = h('button', { type: 'button' }, snippet.name);
    open.addEventListener('click', () => {
      card.hidePopover();
      show(snippet.code);
    });
    const remove = h('button', { 'type': 'button', 'class': 'tool', 'aria-label': `Delete the snippet ${snippet.name}` }, icon('trash-2'));
    remove.addEventListener('click', () => {
      show(snippet.code); // it is in the editor now, and not lost
      keep(recallSnippets().filter((one) => one.name !== snippet.name), `“${snippet.name}” was deleted; its code is in the editor.`);
      name.focus();
    });
    return h('li', { class: 'console-snippet' }, open, remove);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (!wanted || !code().trim()) {
      say('There is no code to keep yet.');
      return;
    }
    const others = recallSnippets().filter((one) => one.name !== wanted);
    const before = recallSnippets().length - others.length ? 'replaced' : 'kept';
    keep([...others, { name: wanted, code: code() }].sort((a, b) => a.name.localeCompare(b.name)), `“${wanted}” was ${before}.`);
    name.value = '';
  });
}
