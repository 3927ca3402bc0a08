/** How the lines of Markdown stand on the page: headings larger, quotations set in, scene breaks centred, gaps thin. */
import { RangeSetBuilder, type Extension, type Text } from '@codemirror/state';
import { beginsNote } from '#processors/contract/footnote-markdown.ts';
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';

const LINES = {
  gap: Decoration.line({ class: 'prose-gap' }),
  follows: Decoration.line({ class: 'prose-follows' }),
  quote: Decoration.line({ class: 'prose-quote' }),
  quoteGap: Decoration.line({ class: 'prose-quote prose-gap' }),
  break: Decoration.line({ class: 'prose-break' }),
  note: Decoration.line({ class: 'prose-note' }),
  heading: [1, 2, 3, 4, 5, 6].map((level) => Decoration.line({ class: `prose-heading prose-heading-${level}` })),
};

/**
 * CodeMirror estimates every height it has not drawn from one short line of bare text. A heading or a scene break must
 * not be that line; in a span it is not bare.
 */
const ofItsOwn = Decoration.mark({ class: 'prose-line' });

/** Hangs in the margin, and shows on the caret's line only: the setting in says what it is. */
const quoteMark = Decoration.mark({ class: 'prose-quote-mark' });
const QUOTE_MARKS = /^\s{0,3}(?:>[ \t]?)+/;

const SCENE_BREAK = /^\s{0,3}([*_-])[ \t]*(?:\1[ \t]*){2,}$/;
const HEADING = /^(#{1,6})\s/;
const QUOTE = /^\s{0,3}>/;
const EMPTY_QUOTE = /^\s{0,3}(?:>\s*)+$/;

/**
 * The look of one line, from its own text and that of the line above, so that a key costs a line and not a parse.
 * A blank line between paragraphs is a gap, thinner than a line; the last one, where the caret waits, is whole.
 */
function lookOf(text: string, above: string | null, isLast: boolean): Decoration | null {
  if (text === '' || text.trim() === '') return above !== null && above.trim() !== '' && !isLast ? LINES.gap : null;
  const heading = HEADING.exec(text)?.[1];
  if (heading) return LINES.heading[heading.length - 1] ?? null;
  if (EMPTY_QUOTE.test(text)) return LINES.quoteGap;
  if (QUOTE.test(text)) return LINES.quote;
  if (SCENE_BREAK.test(text)) return LINES.break;
  return beginsNote(text) ? LINES.note : null;
}

/** Set in as what belongs to a note is. */
const SET_IN = /^(?: {4}| {0,3}\t)/;
/** Lines; a longer note looks like text from there on. */
const LONGEST_NOTE = 200;

/** True for a line that goes on with a note: in its paragraph, or set in below it. */
function continuesNote(doc: Text, lineNumber: number): boolean {
  let below = doc.line(lineNumber).text;
  for (let number = lineNumber - 1; number > 0 && number > lineNumber - LONGEST_NOTE; number -= 1) {
    const { text } = doc.line(number);
    if (text.trim() !== '') {
      if (beginsNote(text)) return true;
      below = text;
    } else if (below.trim() !== '' && !SET_IN.test(below)) return false;
    else below = text;
  }
  return false;
}

/** True for a paragraph that comes after another one, not after a heading or a scene break. */
function followsProse(doc: Text, lineNumber: number): boolean {
  for (let number = lineNumber - 1; number > 0; number--) {
    const { text } = doc.line(number);
    if (text.trim() !== '') return !HEADING.test(text) && !SCENE_BREAK.test(text);
  }
  return false;
}

/**
 * What is drawn: the part in sight, and the caret's line wherever it is. A decoration that sets a line's height must
 * stand on both, or the caret's line would change its height when it is scrolled away.
 */
export function drawnRanges(view: EditorView): readonly { from: number; to: number }[] {
  const { head } = view.state.selection.main;
  if (head >= view.viewport.from && head <= view.viewport.to) return view.visibleRanges;
  const { from, to } = view.state.doc.lineAt(head);
  return head < view.viewport.from ? [{ from, to }, ...view.visibleRanges] : [...view.visibleRanges, { from, to }];
}

/** True when drawnRanges may be others than before. */
export function drawsOthers({ view, viewportChanged, selectionSet }: ViewUpdate): boolean {
  const { head } = view.state.selection.main;
  return viewportChanged || (selectionSet && (head < view.viewport.from || head > view.viewport.to));
}

function decorateLines(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { doc } = view.state;
  for (const { from, to } of drawnRanges(view)) {
    let line = doc.lineAt(from);
    let above = line.number > 1 ? doc.line(line.number - 1).text : null;
    for (;;) {
      const look = lookOf(line.text, above, line.number === doc.lines) ?? (line.text !== '' && continuesNote(doc, line.number) ? LINES.note : null);
      if (look) {
        builder.add(line.from, line.from, look);
        const quote = QUOTE_MARKS.exec(line.text)?.[0].length ?? 0;
        if (quote > 0) builder.add(line.from, line.from + quote, quoteMark);
        else if (line.length > 0) builder.add(line.from, line.to, ofItsOwn);
      } else if (above?.trim() === '' && followsProse(doc, line.number)) {
        builder.add(line.from, line.from, LINES.follows);
      }
      if (line.to >= to || line.number === doc.lines) break;
      above = line.text;
      line = doc.line(line.number + 1);
    }
  }
  return builder.finish();
}

export const lineLook: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorateLines(view);
    }

    update(update: ViewUpdate): void {
      if (drawsOthers(update)) this.decorations = decorateLines(update.view);
      else if (update.docChanged) this.decorations = touchesLineLook(update) ? decorateLines(update.view) : this.decorations.map(update.changes);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** False for what most keys do: letters inside a line that leave its look as it was. */
function touchesLineLook(update: ViewUpdate): boolean {
  let touches = false;
  update.changes.iterChangedRanges((fromA, toA, fromB, toB) => {
    const before = update.startState.doc.lineAt(fromA);
    const after = update.state.doc.lineAt(fromB);
    touches ||= toA > before.to || toB > after.to || lookChanges(before.text, after.text);
  });
  return touches;
}

function lookChanges(before: string, after: string): boolean {
  return lookOf(before, 'text', false) !== lookOf(after, 'text', false) || SET_IN.test(before) !== SET_IN.test(after);
}
