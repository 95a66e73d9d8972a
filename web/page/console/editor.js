/**
 * The editor: CodeMirror, in a shadow of its own. There its styles are sheets that the page's policy allows, while a style element would
 * be refused.
 *
 * @module
 */

import { EditorState } from '../../vendor/codemirror/codemirror-state.js';
import { EditorView, drawSelection, keymap, lineNumbers, placeholder } from '../../vendor/codemirror/codemirror-view.js';
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '../../vendor/codemirror/codemirror-language.js';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '../../vendor/codemirror/codemirror-commands.js';
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '../../vendor/codemirror/codemirror-autocomplete.js';
import { localCompletionSource, python } from '../../vendor/codemirror/codemirror-lang-python.js';
import { tags } from '../../vendor/codemirror/lezer-highlight.js';

/** @import {CompletionContext} from '@codemirror/autocomplete' */

const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: MONO, fontSize: 'var(--small)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--quiet)', backgroundColor: 'transparent', border: '0' },
  '.cm-placeholder': { color: 'var(--quiet)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--accent-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--edge)' },
  '.cm-tooltip': { border: '1px solid var(--line)', borderRadius: '8px', overflow: 'hidden', color: 'var(--text)', backgroundColor: 'var(--raised)', boxShadow: 'var(--shadow)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: MONO },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--text)', background: 'var(--accent-soft)' },
});

const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--danger)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.className], fontWeight: '600' },
]);

/**
 * @typedef {object} EditorEvents
 * @property {(code: string) => void} onChange
 * @property {() => void} run
 * @property {() => boolean} interrupt  false where there is nothing to interrupt
 * @property {() => void} leave
 * @property {(step: 1 | -1) => boolean} recall  shows code of before, or of after that; false where there is none
 * @property {(before: string) => Promise<string[]>} complete  what the name at the end of a line may become
 */

/**
 * @param {HTMLElement} parent
 * @param {string} code
 * @param {EditorEvents} events
 */
export function createEditor(parent, code, { onChange, run, interrupt, leave, recall, complete }) {
  /** @param {CompletionContext} context */
  async function live(context) {
    const before = context.state.doc.lineAt(context.pos).text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
    const name = context.matchBefore(/\w*$/);
    if (!name || (name.from === name.to && !before.endsWith('.') && !context.explicit)) return null;
    const names = await complete(before);
    return names.length ? { from: name.from, options: names.map((label) => ({ label })), validFor: /^\w*$/ } : null;
  }

  /** @param {EditorView} editor */
  const isSelecting = (editor) => !editor.state.selection.main.empty;
  /** Whether the cursor is in the first line, or in the last. @param {EditorView} editor @param {1 | -1} step */
  const isAtEnd = ({ state: { doc, selection } }, step) => selection.main.empty && doc.lineAt(selection.main.head).number === (step < 0 ? 1 : doc.lines);

  const shadow = parent.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: code,
      extensions: [
        keymap.of([
          { key: 'Mod-Enter', run: () => (run(), true) },
          { key: 'Shift-Enter', run: () => (run(), true) },
          { key: 'Ctrl-c', run: (editor) => !isSelecting(editor) && interrupt() },
          { key: 'Tab', run: (editor) => acceptCompletion(editor) || indentMore(editor), shift: indentLess },
          ...completionKeymap,
          { key: 'ArrowUp', run: (editor) => isAtEnd(editor, -1) && recall(-1) },
          { key: 'ArrowDown', run: (editor) => isAtEnd(editor, 1) && recall(1) },
          { key: 'Escape', run: () => (leave(), true) },
          ...closeBracketsKeymap,
          ...historyKeymap,
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
        ]),
        history(),
        lineNumbers(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        indentUnit.of('    '),
        python(),
        syntaxHighlighting(COLORS),
        autocompletion({ override: [live, localCompletionSource], icons: false }),
        placeholder('document.objects'),
        LOOK,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Python code. Escape leaves it.', 'tabindex': '0' }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  // the page's own keys are not meant while one types: outside the shadow nobody sees that
  parent.addEventListener('keydown', (event) => {
    if (!((event.ctrlKey || event.metaKey) && event.key === 'k')) event.stopPropagation();
  });

  return {
    focus: () => view.focus(),
    get code() {
      return view.state.doc.toString();
    },
    /** @param {string} text */
    show(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length }, scrollIntoView: true });
    },
  };
}

/** @typedef {ReturnType<typeof createEditor>} Editor */
