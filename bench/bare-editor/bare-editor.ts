/** The peer of the key-to-paint figure: CodeMirror with wrapped lines and an undo history, the page's face and measure, and nothing else. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';

const look = EditorView.theme({
  '&': { height: '100%' },
  '.cm-scroller': { fontFamily: "'Literata Variable', serif", fontSize: '18px', lineHeight: '1.6' },
  '.cm-content': { maxWidth: '35.5rem', margin: '0 auto' },
});

const doc = await (await fetch('/text')).text();
const parent = document.querySelector('#editor');
if (!parent) throw new Error('No place for the editor');
const view = new EditorView({
  parent,
  state: EditorState.create({
    doc,
    extensions: [history(), EditorView.lineWrapping, EditorView.contentAttributes.of({ 'aria-label': 'Draft' }), keymap.of([...historyKeymap, ...defaultKeymap]), look],
  }),
});
view.focus();
