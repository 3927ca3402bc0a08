import type { SyntaxNode, Tree } from '@lezer/common';

/** One `[^name]: the note` of a chapter. */
export interface NoteDefinition {
  name: string;
  node: SyntaxNode;
  /** No text refers to it, so its number stands at the chapter's end. */
  isLoose: boolean;
}

/**
 * The footnotes of one chapter. The grammar takes every `[^name]` for a reference; one whose note nobody wrote is text. Of two
 * notes of one name the first is meant, and the second is one that nobody refers to.
 */
export interface Footnotes {
  /** What a `[^name]` refers to. */
  find(reference: string): NoteDefinition | undefined;
  /** All of them, in the order of their numbers: as the text refers to them first, and right behind a note those that it refers to itself. */
  inOrder: readonly NoteDefinition[];
}

const NONE: Footnotes = { find: () => undefined, inOrder: [] };

export function readFootnotes(tree: Tree, source: string): Footnotes {
  if (!source.includes('[^')) return NONE;
  const { definitions, byName, references } = findNotes(tree, source);
  if (definitions.length === 0) return NONE;
  const find = (reference: string): NoteDefinition | undefined => byName.get(nameOf(reference));
  return { find, inOrder: orderNotes(definitions, references, find) };
}

/** Names are told apart without regard to case, as those of links. */
function nameOf(reference: string): string {
  return reference.slice(2, -1).toLowerCase();
}

/** The `[^name]` of a node; null for any other. Behind `[text]` the grammar takes it for a link's label. */
function labelOf(node: SyntaxNode, source: string): string | null {
  if (node.name !== 'FootnoteReference' && node.name !== 'LinkLabel') return null;
  const label = source.slice(node.from, node.to);
  return label.startsWith('[^') ? label : null;
}

interface FoundNotes {
  definitions: NoteDefinition[];
  byName: Map<string, NoteDefinition>;
  /** The references in each note, and, under null, in the text. */
  references: Map<NoteDefinition | null, string[]>;
}

function findNotes(tree: Tree, source: string): FoundNotes {
  const definitions: NoteDefinition[] = [];
  const byName = new Map<string, NoteDefinition>();
  const references = new Map<NoteDefinition | null, string[]>([[null, []]]);
  const open: NoteDefinition[] = [];
  tree.iterate({
    enter(node) {
      const label = labelOf(node.node, source);
      if (label !== null) references.get(open.at(-1) ?? null)?.push(label);
      if (node.name !== 'FootnoteDefinition') return;
      const name = source.slice(node.from + 2, source.indexOf(']', node.from));
      const definition: NoteDefinition = { name, node: node.node, isLoose: false };
      definitions.push(definition);
      references.set(definition, []);
      if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), definition);
      open.push(definition);
    },
    leave(node) {
      if (node.name === 'FootnoteDefinition') open.pop();
    },
  });
  return { definitions, byName, references };
}

/** Without recursion: a hostile text is a chain of notes, each of which refers to the next. */
function orderNotes(definitions: readonly NoteDefinition[], references: FoundNotes['references'], find: Footnotes['find']): NoteDefinition[] {
  const seen = new Set<NoteDefinition>();
  const follow = (start: readonly NoteDefinition[]): void => {
    const waiting = start.toReversed();
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const target of targets(next).toReversed()) waiting.push(target);
    }
  };
  const targets = (from: NoteDefinition | null): NoteDefinition[] => (references.get(from) ?? []).flatMap((name) => find(name) ?? []);
  follow(targets(null));
  for (const definition of definitions) {
    if (seen.has(definition)) continue;
    definition.isLoose = true;
    follow([definition]);
  }
  return [...seen];
}
