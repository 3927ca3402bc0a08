import { history, undo } from '@codemirror/commands';
import { EditorState, type StateCommand } from '@codemirror/state';
import { expect, test } from 'vitest';
import { followFootnote, insertFootnote } from './footnotes.ts';

/** Runs commands on a text whose caret is |. */
function press(text: string, ...commands: StateCommand[]): string {
  const at = text.indexOf('|');
  let state = EditorState.create({ doc: text.replace('|', ''), selection: { anchor: at }, extensions: [history()] });
  for (const command of commands) command({ state, dispatch: (transaction) => (state = transaction.state) });
  const { head } = state.selection.main;
  return `${state.sliceDoc(0, head)}|${state.sliceDoc(head)}`;
}

test('a footnote has its reference where the caret was and its note at the end, and one undo takes both back', () => {
  expect(press('The keeper| climbed.\n\nOn.\n', insertFootnote)).toBe('The keeper[^1] climbed.\n\nOn.\n\n[^1]: |\n');
  expect(press('a[^7] b|\n\n[^7]: c', insertFootnote)).toBe('a[^7] b[^8]\n\n[^7]: c\n\n[^8]: |');
  expect(press('|', insertFootnote)).toBe('[^1]\n\n[^1]: |');
  expect(press('a|\n\nb', insertFootnote, undo)).toBe('a|\n\nb');
});

test('one goes from a reference to its note, and from a note to its reference', () => {
  expect(press('a[^1|] b\n\n[^1]: c\n\n    d', followFootnote)).toBe('a[^1] b\n\n[^1]: c\n\n    d|');
  expect(press('a b[^1]\n\n[^1]: c\n\n    d|', followFootnote)).toBe('a b[^1]|\n\n[^1]: c\n\n    d');
  expect(press('a| b', followFootnote)).toBe('a| b');
  expect(press('a[^no]|', followFootnote)).toBe('a[^no]|');
});
