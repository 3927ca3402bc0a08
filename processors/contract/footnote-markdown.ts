/**
 * Footnotes for the Markdown grammar, as Pandoc, GitHub and Obsidian write them: `[^name]` in the text, and `[^name]: the note`
 * anywhere. Lines that are set in by four spaces or a tab belong to the note, and so do lines that follow it without a blank one.
 *
 * The grammar takes every `[^name]` for a reference; whether it is one only the definitions say (footnotes.ts).
 */
import { Tag, tags } from '@lezer/highlight';
import type { BlockContext, Line, MarkdownConfig } from '@lezer/markdown';

/** Without white space, brackets or another caret; bounded, since a hostile text is nothing but openings. */
const NAME = String.raw`\[\^[^\s[\]^\\]{1,200}\]`;
const REFERENCE = new RegExp(NAME, 'y');
const DEFINITION = new RegExp(`${NAME}:`, 'y');
const NOTE_LINE = new RegExp(`^ {0,3}${NAME}:`);

/** Columns by which what belongs to a note is set in. */
const INDENT = 4;

const [BANG, OPENS, CARET] = ['!'.charCodeAt(0), '['.charCodeAt(0), '^'.charCodeAt(0)];

/** How an editor tells a reference from other marks. */
export const FOOTNOTE_REFERENCE = Tag.define(tags.labelName);

/** Whether a line begins a note. */
export function beginsNote(line: string): boolean {
  return NOTE_LINE.test(line);
}

export const FOOTNOTES: MarkdownConfig = {
  defineNodes: [
    { name: 'FootnoteDefinition', block: true, composite: continues },
    { name: 'FootnoteLabel', style: tags.processingInstruction },
    { name: 'FootnoteReference', style: FOOTNOTE_REFERENCE },
  ],
  parseBlock: [
    {
      name: 'FootnoteDefinition',
      before: 'LinkReference',
      parse(cx, line) {
        const end = endOfLabel(line);
        if (end === -1) return false;
        cx.startComposite('FootnoteDefinition', line.pos, INDENT);
        cx.addElement(cx.elt('FootnoteLabel', cx.lineStart + line.pos, cx.lineStart + end));
        line.moveBase(line.skipSpace(end));
        return null;
      },
      endLeaf: (_cx, line) => endOfLabel(line) !== -1,
    },
  ],
  parseInline: [
    {
      name: 'FootnoteReference',
      before: 'Link',
      parse(cx, next, pos) {
        // Asked at every letter of a text.
        if (next !== OPENS && next !== BANG) return -1;
        // After an exclamation mark it is no picture, unless an address follows.
        const start = next === BANG ? pos + 1 : pos;
        if (cx.char(start) !== OPENS || cx.char(start + 1) !== CARET) return -1;
        REFERENCE.lastIndex = start - cx.offset;
        if (!REFERENCE.test(cx.text)) return -1;
        const end = REFERENCE.lastIndex + cx.offset;
        if (start > pos && cx.char(end) === '('.charCodeAt(0)) return -1;
        return cx.addElement(cx.elt('FootnoteReference', start, end));
      },
    },
  ],
};

function continues(_cx: BlockContext, line: Line, indent: number): boolean {
  if (line.indent < line.baseIndent + indent && line.next > -1) return false;
  line.moveBaseColumn(line.baseIndent + indent);
  return true;
}

/** Where the label of a definition ends that the line begins with; -1 where there is none. */
function endOfLabel(line: Line): number {
  if (line.next !== OPENS) return -1;
  DEFINITION.lastIndex = line.pos;
  return DEFINITION.test(line.text) ? DEFINITION.lastIndex : -1;
}
