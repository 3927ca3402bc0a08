/** Typographer's quotes, dashes and ellipses as they are typed. One undo gives the plain sign back. */
import { isolateHistory } from '@codemirror/commands';
import { EditorSelection, Transaction, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { OPENS_AFTER, quotesOf } from '#processors/contract/quotes.ts';
import { isInCode } from './inline-look.ts';

export interface Replacement {
  /** How many characters before the caret it takes, the typed one not counted. */
  takes: number;
  insert: string;
}

/**
 * What stands for a typed sign, or null for itself.
 * @param before the text of the line up to the caret
 */
export function replaceTyped(typed: string, before: string, language: string): Replacement | null {
  if (typed === '.') return before.endsWith('..') && !before.endsWith('...') ? { takes: 2, insert: '…' } : null;
  if (typed === '-') {
    // A line of hyphens is a rule or the underline of a heading.
    if (!before.endsWith('-') || /^[\s-]*$/.test(before)) return null;
    return { takes: 1, insert: '—' };
  }
  if (typed !== '"' && typed !== "'") return null;
  const quotes = quotesOf(language);
  const [open, close] = typed === '"' ? quotes.double : quotes.single;
  if (OPENS_AFTER.test(before)) return { takes: 0, insert: open };
  // Between letters it is an apostrophe in every language.
  if (typed === "'" && /[\p{L}\p{N}]$/u.test(before)) return { takes: 0, insert: isInsideSingle(before, open) ? close : '’' };
  return { takes: 0, insert: close };
}

/** True where the language's own closing mark differs from the apostrophe and a single quote is open on this line. */
function isInsideSingle(before: string, open: string): boolean {
  return before.includes(open);
}

/** @param language BCP 47 language of the book */
export function smartQuotes(language: string): Extension {
  return EditorView.inputHandler.of((view, from, _to, typed, insert) => {
    if (typed.length !== 1 || !`"'-.`.includes(typed) || view.composing) return false;
    const line = view.state.doc.lineAt(from);
    const replacement = replaceTyped(typed, line.text.slice(0, from - line.from), language);
    if (!replacement || isInCode(view.state, from)) return false;
    const plain = insert();
    view.dispatch(plain);
    // A step of its own in the history: one undo takes the replacement back and leaves what was typed.
    view.dispatch({
      changes: { from: from - replacement.takes, to: from + typed.length, insert: replacement.insert },
      selection: EditorSelection.cursor(from - replacement.takes + replacement.insert.length),
      annotations: [isolateHistory.of('full'), Transaction.userEvent.of('input.smart')],
      scrollIntoView: true,
    });
    return true;
  });
}
