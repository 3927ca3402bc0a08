import { EditorSelection, EditorState, type StateCommand } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { joinParagraphBackward, joinParagraphForward, startParagraph, toggleMarks } from './typing-keys.ts';

/** Runs commands on a text whose caret is | and whose selection, if any, is between two of them. */
function press(text: string, ...commands: StateCommand[]): string {
  const [before = '', inside = '', after] = text.split('|');
  const doc = before + inside + (after ?? '');
  const selection = after === undefined ? EditorSelection.cursor(before.length) : EditorSelection.range(before.length, before.length + inside.length);
  let state = EditorState.create({ doc: after === undefined ? before + inside : doc, selection });
  for (const command of commands) command({ state, dispatch: (transaction) => (state = transaction.state) });
  const { from, to, empty } = state.selection.main;
  const now = state.doc.toString();
  return empty ? `${now.slice(0, from)}|${now.slice(from)}` : `${now.slice(0, from)}|${now.slice(from, to)}|${now.slice(to)}`;
}

const [enter, backspace, del] = [startParagraph, joinParagraphBackward, joinParagraphForward];

describe('Enter', () => {
  test('makes a paragraph, and the second Enter of an old habit adds nothing', () => {
    expect(press('One.|', enter)).toBe('One.\n\n|');
    expect(press('One.|', enter, enter)).toBe('One.\n\n|');
    expect(press('One. |Two.', enter)).toBe('One.\n\n|Two.');
    expect(press('|', enter)).toBe('|');
  });

  test('goes on with quotations and lists, and ends them at an empty item', () => {
    expect(press('> Dear sister,|', enter)).toBe('> Dear sister,\n>\n> |');
    expect(press('- bread|', enter)).toBe('- bread\n- |');
    expect(press('9. bread|', enter)).toBe('9. bread\n10. |');
    expect(press('- bread|', enter, enter)).toBe('- bread\n\n|');
    expect(press('* * *|', enter)).toBe('* * *\n\n|');
  });
});

describe('Backspace and Delete', () => {
  test('take a whole paragraph break away, as Enter made it', () => {
    expect(press('One.|', enter, backspace)).toBe('One.|');
    expect(press('One.\n\n|Two.', backspace)).toBe('One.|Two.');
    expect(press('One.|\n\nTwo.', del)).toBe('One.|Two.');
  });

  test('leave everything else to the keys as they are', () => {
    expect(press('One.\n|Two.', backspace)).toBe('One.\n|Two.');
    expect(press('On|e.\n\nTwo.', backspace)).toBe('On|e.\n\nTwo.');
  });
});

describe('strong and emphasis', () => {
  test('go round the selection or the word, and away again', () => {
    expect(press('a |lamp| lit', toggleMarks('*'))).toBe('a *|lamp|* lit');
    expect(press('a *|lamp|* lit', toggleMarks('*'))).toBe('a |lamp| lit');
    expect(press('a la|mp lit', toggleMarks('**'))).toBe('a **la|mp** lit');
    expect(press('a **|lamp|** lit', toggleMarks('*'))).toBe('a ***|lamp|*** lit');
    expect(press('a ***|lamp|*** lit', toggleMarks('**'))).toBe('a *|lamp|* lit');
  });
});
