/**
 * How Markdown looks inside a paragraph: marks dimmed, emphasis true. The grammar is the compiler's, but it is given one
 * paragraph at a time, and only those that are drawn: a parse of the whole chapter costs a millisecond a key.
 */
import { RangeSetBuilder, type EditorState, type Extension, type Text } from '@codemirror/state';
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { FOOTNOTE_REFERENCE } from '#processors/contract/footnote-markdown.ts';
import { proseParser } from '#processors/contract/prose-markdown.ts';
import { drawnRanges, drawsOthers } from './line-look.ts';

const highlighter = tagHighlighter([
  { tag: tags.processingInstruction, class: 'prose-mark' },
  { tag: tags.contentSeparator, class: 'prose-mark' },
  { tag: tags.emphasis, class: 'prose-emphasis' },
  { tag: tags.strong, class: 'prose-strong' },
  { tag: tags.monospace, class: 'prose-code' },
  { tag: tags.link, class: 'prose-link' },
  { tag: tags.url, class: 'prose-mark' },
  { tag: FOOTNOTE_REFERENCE, class: 'prose-note-reference' },
]);

interface Span {
  from: number;
  to: number;
  mark: Decoration;
}

/** A paragraph longer than this is looked at in parts: nobody's emphasis spans so much. */
const LONGEST = 20_000;
/** What a page or two hold, and what was scrolled past. */
const REMEMBERED = 400;

/** Only a paragraph with one of these has anything to show. */
const HAS_MARKS = /[*_`[\]<>#~\\]|https?:/;

const marks = new Map<string, Decoration>();

function markOf(classes: string): Decoration {
  const known = marks.get(classes);
  if (known) return known;
  const mark = Decoration.mark({ class: classes });
  marks.set(classes, mark);
  return mark;
}

function findSpans(text: string): Span[] {
  const spans: Span[] = [];
  highlightTree(proseParser.parse(text), highlighter, (from, to, classes) => spans.push({ from, to, mark: markOf(classes) }));
  return spans;
}

/** The offsets of the paragraph that a line belongs to: the lines around it up to the blank ones. */
function paragraphAround(doc: Text, lineNumber: number): { from: number; to: number; lastLine: number } {
  let first = doc.line(lineNumber);
  let last = first;
  while (first.number > 1 && last.to - first.from < LONGEST) {
    const above = doc.line(first.number - 1);
    if (above.text.trim() === '') break;
    first = above;
  }
  while (last.number < doc.lines && last.to - first.from < LONGEST) {
    const below = doc.line(last.number + 1);
    if (below.text.trim() === '') break;
    last = below;
  }
  return { from: first.from, to: last.to, lastLine: last.number };
}

class InlineLook {
  decorations: DecorationSet;
  #remembered = new Map<string, Span[]>();

  constructor(view: EditorView) {
    this.decorations = this.#decorate(view);
  }

  update(update: ViewUpdate): void {
    if (update.docChanged || drawsOthers(update)) this.decorations = this.#decorate(update.view);
  }

  #decorate(view: EditorView): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    const { doc } = view.state;
    let done = 0;
    for (const { from, to } of drawnRanges(view)) {
      let number = Math.max(doc.lineAt(from).number, done + 1);
      const end = doc.lineAt(to).number;
      while (number <= end) {
        const line = doc.line(number);
        number += 1;
        if (line.text.trim() === '') continue;
        const paragraph = paragraphAround(doc, line.number);
        for (const span of this.#spansOf(doc.sliceString(paragraph.from, paragraph.to))) builder.add(paragraph.from + span.from, paragraph.from + span.to, span.mark);
        number = paragraph.lastLine + 1;
      }
      done = Math.max(done, number - 1);
    }
    return builder.finish();
  }

  #spansOf(text: string): Span[] {
    if (!HAS_MARKS.test(text)) return [];
    const known = this.#remembered.get(text);
    if (known) return known;
    const spans = findSpans(text);
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(text, spans);
    return spans;
  }
}

export const inlineLook: Extension = ViewPlugin.fromClass(InlineLook, { decorations: (plugin) => plugin.decorations });

/** True inside code, an address or raw HTML, where typography is left alone. */
export function isInCode(state: EditorState, at: number): boolean {
  const { from, to } = paragraphAround(state.doc, state.doc.lineAt(at).number);
  const { name } = proseParser.parse(state.sliceDoc(from, to)).resolveInner(at - from, -1);
  return name.includes('Code') || name === 'URL' || name.startsWith('HTML');
}
