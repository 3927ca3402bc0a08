import { EditorState } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { passageIndexAt, passageMarks, setPassages } from './passage-marks.ts';

const TEXT = 'One.\n\nTwo,\nstill two.\n\nThree.';

function open(text: string, starts: readonly (number | null)[]): EditorState {
  const state = EditorState.create({ doc: text, extensions: passageMarks });
  return state.update({ effects: setPassages.of(starts.map((start) => ({ start, look: 'plain' }))) }).state;
}

const startsOf = (state: EditorState): (number | null)[] => state.field(passageMarks).passages.map((passage) => passage.start);

describe('passages in an editor', () => {
  test('the blank line between two of them is the room above the second', () => {
    const state = open(TEXT, [0, 6, 23]);
    expect(state.field(passageMarks).separators).toEqual([null, 5, 22]);
    expect([0, 4, 6, 12, 23, 28].map((offset) => passageIndexAt(state, offset))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('they follow what is typed before, at the start of and inside them', () => {
    const typed = open(TEXT, [0, 6, 23]).update({ changes: [{ from: 0, insert: 'A' }, { from: 6, insert: 'B' }, { from: 12, insert: 'C' }] }).state;
    expect(startsOf(typed)).toEqual([0, 7, 26]);
  });

  test('a paragraph put between two belongs to the one above', () => {
    const typed = open(TEXT, [0, 6, 23]).update({ changes: { from: 4, insert: '\n\nNew.' } }).state;
    expect(startsOf(typed)).toEqual([0, 12, 29]);
    expect(passageIndexAt(typed, 7)).toBe(0);
  });

  test('one that is joined to the passage above has no place of its own until it is aligned anew', () => {
    const joined = open(TEXT, [0, 6, 23]).update({ changes: { from: 4, to: 6 } }).state;
    expect(startsOf(joined)).toEqual([0, null, 21]);
    expect(joined.field(passageMarks).separators).toEqual([null, null, 20]);
  });

  test('one that is not on this page takes no room', () => {
    const state = open(TEXT, [0, null, 6, 23]);
    expect(state.field(passageMarks).separators).toEqual([null, null, 5, 22]);
  });
});
