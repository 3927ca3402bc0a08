import type { SyntaxNode, Tree } from '@lezer/common';

/**
 * Link reference definitions (`[label]: address`) of one chapter. The grammar takes every `[word]` for a link;
 * whether it is one only the definitions say. A definition that no link uses is prose that happens to look like
 * one, such as `[Aside]: farewell`, and stays readable.
 */
export interface References {
  /** The address of a label, with or without its brackets. */
  find(label: string): string | undefined;
  /** Whether this definition (by its place) is what some link refers to. */
  isUsed(definitionFrom: number): boolean;
}

interface Definition {
  from: number;
  url: string;
  used: boolean;
}

const NONE: References = { find: () => undefined, isUsed: () => false };

export function readReferences(tree: Tree, source: string): References {
  if (!/^[ >\t]*\[[^\]\n]+\]:/m.test(source)) return NONE;
  const definitions = new Map<string, Definition>();
  const asked: string[] = [];
  tree.iterate({
    enter(reference) {
      const node = reference.node;
      if (node.name === 'LinkReference') addDefinition(node, source, definitions);
      else if (node.name === 'Link' || node.name === 'Image') asked.push(referenceLabel(node, source) ?? '');
    },
  });
  for (const label of asked) {
    const definition = definitions.get(normalizeLabel(label));
    if (definition) definition.used = true;
  }
  const places = new Map([...definitions.values()].map((definition) => [definition.from, definition.used]));
  return {
    find: (label) => definitions.get(normalizeLabel(label))?.url,
    isUsed: (from) => places.get(from) ?? false,
  };
}

function addDefinition(node: SyntaxNode, source: string, definitions: Map<string, Definition>): void {
  const label = node.getChild('LinkLabel');
  const url = node.getChild('URL');
  if (!label || !url) return;
  const key = normalizeLabel(source.slice(label.from, label.to));
  // `[^1]: word` is a footnote that this grammar doesn't know, not an address.
  if (key.startsWith('^') || definitions.has(key)) return;
  definitions.set(key, { from: node.from, url: source.slice(url.from, url.to), used: false });
}

/** The label by which a link or an image asks for its address; null when it carries the address itself. */
export function referenceLabel(node: SyntaxNode, source: string): string | null {
  const marks = node.getChildren('LinkMark');
  const [open, close, third] = marks;
  if (!open || !close || third) return null;
  const label = node.getChild('LinkLabel');
  if (label && label.to - label.from > 2) return source.slice(label.from, label.to);
  return source.slice(open.to, close.from);
}

function normalizeLabel(label: string): string {
  return label.replace(/^\[|\]$/g, '').replace(/\s+/g, ' ').trim().toLowerCase();
}
