/** Enter inside quotations and lists: the markup goes on, and ends where an item is left empty. */
import { EditorSelection, type ChangeSpec, type EditorState, type SelectionRange, type StateCommand } from '@codemirror/state';

const MARKUP = /^(\s{0,3}(?:>[ \t]?)*)(?:([-+*])([ \t]+)|(\d{1,9})([.)])([ \t]+))?/;
const SCENE_BREAK = /^\s{0,3}([*_-])[ \t]*(?:\1[ \t]*){2,}$/;

/** What the next line begins with; null where a line has no markup that goes on. */
export function nextMarkup(line: string): { current: string; next: string } | null {
  const found = MARKUP.exec(line);
  if (!found || SCENE_BREAK.test(line)) return null;
  const [current, quote = '', bullet, space = '', number, point = '', gap = ''] = found;
  if (bullet === undefined && number === undefined) return quote.includes('>') ? { current, next: quote } : null;
  return { current, next: bullet === undefined ? `${quote}${Number(number) + 1}${point}${gap}` : `${quote}${bullet}${space}` };
}

export const continueMarkup: StateCommand = ({ state, dispatch }) => {
  if (!state.selection.ranges.every((range) => nextMarkup(state.doc.lineAt(range.head).text))) return false;
  dispatch(state.update(state.changeByRange((range) => continueAt(state, range)), { scrollIntoView: true, userEvent: 'input' }));
  return true;
};

function continueAt(state: EditorState, range: SelectionRange): { range: SelectionRange; changes: ChangeSpec } {
  const line = state.doc.lineAt(range.from);
  const markup = nextMarkup(line.text) ?? { current: '', next: '' };
  if (range.empty && line.text.trim() === markup.current.trim()) {
    // An empty item: the markup ends here, and a paragraph begins.
    const above = line.number > 1 ? state.doc.line(line.number - 1) : null;
    const insert = above && above.text.trim() !== '' ? '\n' : '';
    return { range: EditorSelection.cursor(line.from + insert.length), changes: { from: line.from, to: line.to, insert } };
  }
  const quote = /^\s{0,3}>/.test(line.text) && markup.next.trim().endsWith('>');
  // Paragraphs of a quotation are parted as those outside are.
  const insert = quote ? `\n${markup.next.trimEnd()}\n${markup.next}` : `\n${markup.next}`;
  return { range: EditorSelection.cursor(range.from + insert.length), changes: { from: range.from, to: range.to, insert } };
}
