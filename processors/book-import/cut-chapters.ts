import type { Tree } from '@lezer/common';

interface Range {
  from: number;
  to: number;
}

/** A note of the text, by its folded name. */
interface Note extends Range {
  name: string;
  /** Names of those that it refers to. */
  refersTo: string[];
}

interface Reference {
  name: string;
  from: number;
}

export interface ChapterPlace {
  /** Of its text. */
  ranges: readonly Range[];
  /** Of its heading, which is none of its text: numbers of notes in it stand first in that. */
  heading?: Range;
}

/**
 * The texts of chapters, which follow each other in one text. Notes stand where the author put them, often at the end of all: a chapter gets a copy
 * of those that it refers to and lacks, and one that only held them for others loses them.
 */
export function cutChapters(tree: Tree, body: string, chapters: readonly ChapterPlace[]): string[] {
  const { notes, references } = findNotes(tree, body);
  if (notes.length === 0) return chapters.map(({ ranges }) => cut(body, ranges, []));
  const byName = firstOf(notes);
  const ends = chapters.map(({ ranges }) => ranges.at(-1)?.to ?? 0);
  const held = groupByEnd(notes, ends);
  const referred = groupByEnd(references, ends);
  const wanted = referred.map((own, index) => followNames(own, firstOf(held[index] ?? []), byName));
  const served = new Set(wanted.flatMap((found, index) => without(found, held[index] ?? [])));
  return chapters.map(({ ranges, heading }, index) => {
    const found = wanted[index] ?? new Set();
    const left = (held[index] ?? []).filter((note) => served.has(note) && !found.has(note));
    const numbers = heading ? (referred[index] ?? []).filter(({ from, name }) => from >= heading.from && from < heading.to && byName.has(name)).map(({ name }) => `[^${name}]`) : [];
    const carried = without(found, held[index] ?? []).toSorted((a, b) => a.from - b.from);
    return [numbers.join(''), cut(body, ranges, left), ...carried.map(({ from, to }) => body.slice(from, to))].filter(Boolean).join('\n\n');
  });
}

/** The notes that are referred to, by the text or by one of them. */
function followNames(references: readonly Reference[], own: ReadonlyMap<string, Note>, all: ReadonlyMap<string, Note>): Set<Note> {
  const names = references.map(({ name }) => name);
  const found = new Set<Note>();
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const note = own.get(name) ?? all.get(name);
    if (note === undefined || found.has(note)) continue;
    found.add(note);
    names.push(...note.refersTo);
  }
  return found;
}

/** What stands before the first end, before the second, and so on; one pass, however many there are. */
function groupByEnd<Place extends { from: number }>(places: readonly Place[], ends: readonly number[]): Place[][] {
  let at = 0;
  return ends.map((end) => {
    const start = at;
    while (at < places.length && places[at]!.from < end) at += 1;
    return places.slice(start, at);
  });
}

function without(notes: ReadonlySet<Note>, others: readonly Note[]): Note[] {
  const left = new Set(others);
  return [...notes].filter((note) => !left.has(note));
}

function firstOf(notes: readonly Note[]): Map<string, Note> {
  return new Map(notes.toReversed().map((note) => [note.name, note]));
}

/** @param left ranges that are left out, in order */
function cut(body: string, ranges: readonly Range[], left: readonly Range[]): string {
  const texts = ranges.map((range) => {
    let text = '';
    let at = range.from;
    for (const { from, to } of left) {
      if (from < range.from || from >= range.to) continue;
      text += body.slice(at, from);
      at = to + (/^\n*/.exec(body.slice(to, to + 100))?.[0].length ?? 0);
    }
    return (text + body.slice(at, Math.max(at, range.to))).trim();
  });
  return texts.filter(Boolean).join('\n\n');
}

/** Notes in quotes and lists stay where they are. References are those outside of notes. */
function findNotes(tree: Tree, body: string): { notes: Note[]; references: Reference[] } {
  const notes: Note[] = [];
  const references: Reference[] = [];
  if (!body.includes('[^')) return { notes, references };
  tree.iterate({
    enter({ name, from, to, node }) {
      const last = notes.at(-1);
      if (name === 'FootnoteDefinition' && node.parent?.name === 'Document') notes.push({ name: nameAt(body, from), from, to, refersTo: [] });
      else if (name === 'FootnoteReference' || (name === 'LinkLabel' && body.startsWith('[^', from))) {
        if (last && from < last.to) last.refersTo.push(nameAt(body, from));
        else references.push({ name: nameAt(body, from), from });
      }
    },
  });
  return { notes, references };
}

function nameAt(body: string, from: number): string {
  return body.slice(from + 2, body.indexOf(']', from)).toLowerCase();
}
