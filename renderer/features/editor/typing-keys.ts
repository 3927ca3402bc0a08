/** Keys of prose: Enter is a paragraph, Shift+Enter a line, Ctrl/Cmd+B and I strong and emphasis. */
import { EditorSelection, type ChangeSpec, type EditorState, type Extension, type Line, type SelectionRange, type StateCommand } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { continueMarkup } from './continue-markup.ts';

/**
 * Enter. A paragraph of Markdown ends with a blank line, so one Enter makes it; the second Enter of an old habit,
 * on the new and still empty paragraph, adds nothing. Inside quotations and lists the markup goes on.
 */
export const startParagraph: StateCommand = (target) => {
  const { state } = target;
  if (state.readOnly) return false;
  if (continueMarkup(target)) return true;
  const changes = state.changeByRange((range) => paragraphAt(state, range));
  target.dispatch(state.update(changes, { scrollIntoView: true, userEvent: 'input' }));
  return true;
};

function paragraphAt(state: EditorState, range: SelectionRange): { range: SelectionRange; changes?: ChangeSpec } {
  const line = state.doc.lineAt(range.from);
  const above = line.number > 1 ? state.doc.line(line.number - 1) : null;
  if (range.empty && line.length === 0) {
    // The start of the text, or a paragraph that is new already.
    if (!above || isBlank(above)) return { range };
    return { range: EditorSelection.cursor(range.from + 1), changes: { from: range.from, insert: '\n' } };
  }
  // Spaces around the break would be left at the ends of the two paragraphs.
  const from = range.from - (/[ \t]*$/.exec(line.text.slice(0, range.from - line.from))?.[0].length ?? 0);
  const to = range.to + (/^[ \t]*/.exec(state.sliceDoc(range.to, state.doc.lineAt(range.to).to))?.[0].length ?? 0);
  return { range: EditorSelection.cursor(from + 2), changes: { from, to, insert: '\n\n' } };
}

/** Backspace at the start of a paragraph: the whole break goes, as Enter made it. */
export const joinParagraphBackward: StateCommand = ({ state, dispatch }) => {
  const { main, ranges } = state.selection;
  if (state.readOnly || ranges.length > 1 || !main.empty) return false;
  const line = state.doc.lineAt(main.head);
  if (main.head !== line.from || line.number < 3) return false;
  const [blank, above] = [state.doc.line(line.number - 1), state.doc.line(line.number - 2)];
  if (!isBlank(blank) || isBlank(above)) return false;
  dispatch(state.update({ changes: { from: above.to, to: line.from }, selection: { anchor: above.to }, scrollIntoView: true, userEvent: 'delete.backward' }));
  return true;
};

/** Delete at the end of a paragraph: the next one joins it. */
export const joinParagraphForward: StateCommand = ({ state, dispatch }) => {
  const { main, ranges } = state.selection;
  if (state.readOnly || ranges.length > 1 || !main.empty) return false;
  const line = state.doc.lineAt(main.head);
  if (main.head !== line.to || isBlank(line) || line.number + 2 > state.doc.lines) return false;
  const [blank, below] = [state.doc.line(line.number + 1), state.doc.line(line.number + 2)];
  if (!isBlank(blank) || isBlank(below)) return false;
  dispatch(state.update({ changes: { from: line.to, to: below.from }, scrollIntoView: true, userEvent: 'delete.forward' }));
  return true;
};

/** Sets the selection, or the word under the caret, between marks; takes them away where they are. */
export function toggleMarks(mark: '*' | '**'): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const changes = state.changeByRange((range) => {
      const { from, to } = range.empty ? (state.wordAt(range.head) ?? range) : range;
      const inside = state.sliceDoc(from, to);
      const size = mark.length;
      if (isMarked(state, from, to, mark)) {
        return { changes: [{ from: from - size, to: from }, { from: to, to: to + size }], range: shiftRange(range, -size) };
      }
      if (inside.length > 2 * size && inside.startsWith(mark) && inside.endsWith(mark) && !range.empty) {
        return { changes: { from, to, insert: inside.slice(size, -size) }, range: EditorSelection.range(from, to - 2 * size) };
      }
      return { changes: [{ from, insert: mark }, { from: to, insert: mark }], range: shiftRange(range, size) };
    });
    dispatch(state.update(changes, { scrollIntoView: true, userEvent: 'input.format' }));
    return true;
  };
}

function isMarked(state: EditorState, from: number, to: number, mark: string): boolean {
  const before = /\**$/.exec(state.sliceDoc(Math.max(0, from - 3), from))?.[0].length ?? 0;
  const after = /^\**/.exec(state.sliceDoc(to, to + 3))?.[0].length ?? 0;
  const stars = Math.min(before, after);
  return stars === 3 || stars === mark.length;
}

function shiftRange(range: SelectionRange, by: number): SelectionRange {
  return EditorSelection.range(range.anchor + by, range.head + by);
}

function isBlank(line: Line): boolean {
  return line.length === 0 || line.text.trim() === '';
}

export const typingKeys: Extension = keymap.of([
  { key: 'Enter', run: startParagraph, shift: insertLine },
  { key: 'Backspace', run: joinParagraphBackward },
  { key: 'Delete', run: joinParagraphForward },
  { key: 'Mod-b', run: toggleMarks('**') },
  { key: 'Mod-i', run: toggleMarks('*'), preventDefault: true },
]);

function insertLine({ state, dispatch }: Parameters<StateCommand>[0]): boolean {
  if (state.readOnly) return false;
  dispatch(state.update(state.replaceSelection('\n'), { scrollIntoView: true, userEvent: 'input' }));
  return true;
}
