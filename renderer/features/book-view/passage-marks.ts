/**
 * What an editor of a spread knows of passages: where each begins, kept through edits, and the room above it. The
 * blank line between two passages is drawn as that room, so its height is known before it is drawn, and never an
 * estimate.
 */
import { RangeSetBuilder, StateEffect, StateField, type EditorState, type Extension, type RangeSet, type Text } from '@codemirror/state';
import { drawnRanges, drawsOthers } from '#renderer/features/editor/line-look.ts';
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from '@codemirror/view';

export interface PassageMark {
  /** Offset of its first character; null: it is not on this page. */
  start: number | null;
  /** How its text is set. */
  look: 'plain' | 'draft';
}

export interface PassageMarks {
  passages: readonly PassageMark[];
  /** Room above each passage in px; counts only where the passage has a separator. */
  rooms: readonly number[];
  /** For each passage, the blank line that the room stands for: its offset; null where there is none. */
  separators: readonly (number | null)[];
  decorations: DecorationSet;
  /** From the end of one passage to the start of the next: the caret is never inside. */
  atoms: RangeSet<Decoration>;
}

export const setPassages = StateEffect.define<readonly PassageMark[]>();
export const setRooms = StateEffect.define<readonly number[]>();

/** Before anything is measured. */
const FIRST_ROOM = 30;

class Room extends WidgetType {
  readonly height: number;

  constructor(height: number) {
    super();
    this.height = height;
  }

  override eq(other: Room): boolean {
    return other.height === this.height;
  }

  override get estimatedHeight(): number {
    return this.height;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'passage-room';
    element.style.height = `${this.height}px`;
    return element;
  }

  override updateDOM(element: HTMLElement): boolean {
    element.style.height = `${this.height}px`;
    return true;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const atom = Decoration.replace({});

function mark(doc: Text, passages: readonly PassageMark[], rooms: readonly number[]): PassageMarks {
  const decorations = new RangeSetBuilder<Decoration>();
  const atoms = new RangeSetBuilder<Decoration>();
  const settled: PassageMark[] = [];
  const separators: (number | null)[] = [];
  let last = -1;
  for (const [index, passage] of passages.entries()) {
    const start = passage.start === null ? null : settleStart(doc, passage.start);
    if (start === null || start <= last) {
      settled.push({ ...passage, start: null });
      separators.push(null);
      continue;
    }
    const line = doc.lineAt(start);
    const above = line.number > 1 ? doc.line(line.number - 1) : null;
    const isFirst = last < 0;
    if (!isFirst && (above === null || above.text.trim() !== '' || above.from <= last)) {
      // An edit has joined it to the passage above; the next alignment says what it is.
      settled.push({ ...passage, start: null });
      separators.push(null);
      continue;
    }
    settled.push(start === passage.start ? passage : { ...passage, start });
    last = start;
    if (isFirst || above === null) {
      separators.push(null);
      continue;
    }
    separators.push(above.from);
    decorations.add(above.from, above.to, Decoration.replace({ widget: new Room(rooms[index] ?? FIRST_ROOM), block: true, inclusive: true }));
    atoms.add(above.from - 1, start, atom);
  }
  return { passages: settled, rooms, separators, decorations: decorations.finish(), atoms: atoms.finish() };
}

/** A passage begins with text: blank lines that were put before it are the end of the passage above. */
function settleStart(doc: Text, start: number): number | null {
  let line = doc.lineAt(Math.min(start, doc.length));
  if (start !== line.from && line.text.slice(0, start - line.from).trim() !== '') return null;
  while (line.text.trim() === '' && line.number < doc.lines) line = doc.line(line.number + 1);
  return line.text.trim() === '' ? null : line.from;
}

export const passageMarks = StateField.define<PassageMarks>({
  create: (state) => mark(state.doc, [], []),
  update(marks, transaction) {
    let { passages, rooms } = marks;
    let changed = transaction.docChanged;
    if (changed) {
      passages = passages.map((passage) => (passage.start === null ? passage : { ...passage, start: transaction.changes.mapPos(passage.start, -1) }));
    }
    for (const effect of transaction.effects) {
      if (effect.is(setPassages)) [passages, changed] = [effect.value, true];
      else if (effect.is(setRooms)) [rooms, changed] = [effect.value, true];
    }
    return changed ? mark(transaction.state.doc, passages, rooms) : marks;
  },
  provide: (field) => [EditorView.decorations.from(field, (marks) => marks.decorations), EditorView.atomicRanges.of((view) => view.state.field(field).atoms)],
});

/** The passage that an offset lies in, or null before the first one. */
export function passageIndexAt(state: EditorState, offset: number): number | null {
  let found: number | null = null;
  for (const [index, { start }] of state.field(passageMarks).passages.entries()) {
    if (start === null) continue;
    if (start > offset) break;
    found = index;
  }
  return found;
}

const LOOKS = {
  first: Decoration.line({ class: 'passage-first' }),
  draft: Decoration.line({ class: 'passage-draft' }),
};

const lineLooks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorateLines(view);
    }

    update(update: ViewUpdate): void {
      if (drawsOthers(update) || update.startState.field(passageMarks) !== update.state.field(passageMarks)) this.decorations = decorateLines(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function decorateLines(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { passages } = view.state.field(passageMarks);
  const starts = new Set(passages.map((passage) => passage.start));
  for (const { from, to } of drawnRanges(view)) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      if (starts.has(line.from)) builder.add(line.from, line.from, LOOKS.first);
      const index = passageIndexAt(view.state, line.from);
      if (index !== null && passages[index]?.look === 'draft') builder.add(line.from, line.from, LOOKS.draft);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

/** For both pages of a spread. */
export const passageExtension: Extension = [passageMarks, lineLooks];
