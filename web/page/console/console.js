/**
 * The Python console: an editor, what scripts say, and what runs and stops them.
 *
 * @module
 */

import { byId, h, icon } from '../dom.js';
import { IS_MAC } from '../input/commands.js';
import { attachPopover, menuItem, withNote } from '../menus/menu.js';
import { TabsamError } from '../../errors.js';
import { mountConsoleHeight } from './console-height.js';
import { createEditor } from './editor.js';
import { EXAMPLES, exampleCode } from './examples.js';
import { askToInstall } from './install-dialog.js';
import { createPast, keepDraft, recallDraft } from './kept-code.js';
import { createOutput } from './output.js';
import { mountSnippets } from './snippets.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {PictureMarks} from '../input/picture-marks.js' */
/** @import {Store} from '../state/store.js' */

/** After so many milliseconds a script that cannot be interrupted is told of. */
const PATIENCE = 3000;

/** @param {{ store: Store, actions: Actions, marks: PictureMarks, close: () => void }} parts */
export function mountConsole({ store, actions, marks, close }) {
  const drawer = byId('console', HTMLElement);
  const button = byId('console-run', HTMLButtonElement);
  const said = byId('console-said', HTMLElement);
  const output = createOutput(byId('console-output', HTMLElement));
  const past = createPast();

  const editor = createEditor(byId('console-editor', HTMLElement), recallDraft(), {
    onChange: keepDraft,
    run: () => void run(editor.code),
    interrupt,
    leave: () => button.focus(),
    recall(step) {
      const code = past.go(step, editor.code);
      if (code !== null) editor.show(code);
      return code !== null;
    },
    complete: actions.complete,
  });

  /** @param {string} text */
  function say(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  /** @param {string} code */
  async function run(code) {
    if (store.state.scripting || !code.trim()) return;
    past.add(code);
    output.begin(code.trimEnd());
    say('');
    try {
      const { opened } = await actions.runScript(code, { onOutput: output.add, ask: askToInstall });
      if (opened.length) marks.learn(opened);
    } catch (thrown) {
      const { message, hint } = TabsamError.from(thrown);
      output.add({ kind: 'error', text: `${message} ${hint}`.trim() });
    }
  }

  /** @returns {boolean}  whether there was something to stop */
  function interrupt() {
    if (!store.state.scripting) return false;
    actions.stopScript();
    say('Stopping …');
    if (!actions.canInterrupt) {
      const late = 'This page is not isolated, so that a script is stopped where it awaits. If it never does, reload the page: what was done before is kept.';
      setTimeout(() => store.state.scripting && say(late), PATIENCE);
    }
    return true;
  }

  /** Show other code; what was there is in the history. @param {string} code */
  function show(code) {
    if (editor.code.trim() && editor.code !== code) past.add(editor.code);
    editor.show(code);
    editor.focus();
  }

  store.subscribe(({ scripting }, before) => {
    if (scripting === before.scripting && button.hasChildNodes()) return;
    button.replaceChildren(icon(scripting ? 'square' : 'play'), h('span', {}, scripting ? 'Stop' : 'Run'));
    button.dataset.tip = scripting ? 'Stop the script (Ctrl+C)' : `Run (${IS_MAC ? '⌘' : 'Ctrl+'}Enter)`;
    drawer.toggleAttribute('data-running', scripting);
    say(scripting ? 'Python is busy' : '');
  });
  button.addEventListener('click', () => (interrupt() ? undefined : void run(editor.code)));
  byId('console-clear', HTMLButtonElement).addEventListener('click', output.clear);
  byId('console-close', HTMLButtonElement).addEventListener('click', close);
  drawer.addEventListener('keydown', (event) => {
    if (event.key === 'c' && event.ctrlKey && getSelection()?.isCollapsed !== false && interrupt()) event.preventDefault();
    if (event.key === 'Escape' && !event.defaultPrevented && !drawer.querySelector(':popover-open')) {
      event.preventDefault();
      close();
    }
  });

  const menu = byId('console-examples-menu', HTMLElement);
  menu.append(
    ...EXAMPLES.map(({ file, title, about }) =>
      menuItem(menu, 'book-open', [withNote(title, about)], () => void exampleCode(file).then(show, () => say('This example could not be read.'))),
    ),
  );
  attachPopover(byId('console-examples', HTMLButtonElement), menu);
  mountSnippets({ code: () => editor.code, show, say });
  mountConsoleHeight();

  // a package's file that is dropped here is installed; all else is the page's
  drawer.addEventListener('dragover', (event) => event.preventDefault());
  drawer.addEventListener('drop', (event) => {
    const wheels = [...(event.dataTransfer?.files ?? [])].filter(({ name }) => name.endsWith('.whl'));
    if (!wheels.length) return;
    event.preventDefault();
    event.stopPropagation();
    void Promise.all(wheels.map(actions.takeWheel)).then((addresses) => run(`import micropip\nawait micropip.install(${JSON.stringify(addresses)})`));
  });

  return { focus: editor.focus };
}
