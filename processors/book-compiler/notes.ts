/** Which notes a text leads to, and their numbers. */
import type { Block, Footnote, Inline } from './model.ts';

type Reference = Extract<Inline, { kind: 'footnote' }>;

export function createNote(name = ''): Footnote {
  return { name, id: '', number: 0, references: 0, isNested: false, isLoose: false, blocks: [] };
}

/** A paragraph of the notes' numbers alone. */
export function numbersOf(notes: readonly Footnote[]): Block[] {
  return notes.length === 0 ? [] : [{ kind: 'paragraph', inlines: notes.map((note) => ({ kind: 'footnote', note })) }];
}

/** The notes in the order of their numbers: as the blocks refer to them first, and right behind a note those that it refers to itself. */
export function notesOf(blocks: readonly Block[]): Footnote[] {
  return followReferences(blocks, () => {});
}

/** The same; each note and each reference is told what a writer asks of it. @param sectionId unique in the book */
export function numberNotes(blocks: readonly Block[], sectionId: string): Footnote[] {
  const notes = followReferences(blocks, (reference, isFirst, isNested) => {
    const { note } = reference;
    note.references += 1;
    if (!isFirst) return;
    reference.isFirst = true;
    note.isNested = isNested;
  });
  for (const own of [blocks, ...notes.map((note) => note.blocks)]) visitOwnInlines(own, markNeighbours);
  notes.forEach((note, index) => Object.assign(note, { number: index + 1, id: `${sectionId}-note-${index + 1}` }));
  return notes;
}

function markNeighbours(inlines: readonly Inline[]): void {
  inlines.forEach((inline, index) => {
    if (inline.kind === 'footnote') inline.isBeside = inlines[index - 1]?.kind === 'footnote';
    else if ('children' in inline) markNeighbours(inline.children);
  });
}

/** Without recursion from note to note: each may refer to the next, or to itself. */
function followReferences(blocks: readonly Block[], meet: (reference: Reference, isFirst: boolean, isNested: boolean) => void): Footnote[] {
  const met = new Set<Footnote>();
  const waiting = referencesIn(blocks).toReversed().map((reference) => ({ reference, isNested: false }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { note } = next.reference;
    const isFirst = !met.has(note);
    met.add(note);
    meet(next.reference, isFirst, next.isNested);
    if (isFirst) for (const reference of referencesIn(note.blocks).toReversed()) waiting.push({ reference, isNested: true });
  }
  return [...met];
}

/** Shows the inlines of each paragraph and heading, in order; those of notes are none of the blocks' own. */
export function visitOwnInlines(blocks: readonly Block[], show: (inlines: readonly Inline[]) => void): void {
  for (const block of blocks) {
    if (block.kind === 'paragraph' || block.kind === 'heading') show(block.inlines);
    else if (block.kind === 'quote') visitOwnInlines(block.blocks, show);
    else if (block.kind === 'list') for (const item of block.items) visitOwnInlines(item, show);
  }
}

function referencesIn(blocks: readonly Block[]): Reference[] {
  const found: Reference[] = [];
  visitOwnInlines(blocks, (inlines) => collectReferences(inlines, found));
  return found;
}

/** The references among inlines, in order. */
export function findReferences(inlines: readonly Inline[]): Reference[] {
  const found: Reference[] = [];
  collectReferences(inlines, found);
  return found;
}

function collectReferences(inlines: readonly Inline[], found: Reference[]): void {
  for (const inline of inlines) {
    if (inline.kind === 'footnote') found.push(inline);
    else if ('children' in inline) collectReferences(inline.children, found);
  }
}

/** The same without references. */
export function withoutReferences(inlines: readonly Inline[]): Inline[] {
  return inlines.filter(({ kind }) => kind !== 'footnote').map((inline) => ('children' in inline ? { ...inline, children: withoutReferences(inline.children) } : inline));
}

/** A note's number at the edge of what is emphasised stands outside: it is none of its words, and Markdown's marks don't close behind its bracket. */
export function freeNumbers(inline: Inline): Inline[] {
  if (inline.kind !== 'emphasis' && inline.kind !== 'strong') return [inline];
  const children = inline.children.flatMap(freeNumbers);
  const first = children.findIndex(({ kind }) => kind !== 'footnote');
  if (first === -1) return children;
  const end = children.findLastIndex(({ kind }) => kind !== 'footnote') + 1;
  return [...children.slice(0, first), { ...inline, children: children.slice(first, end) }, ...children.slice(end)];
}
