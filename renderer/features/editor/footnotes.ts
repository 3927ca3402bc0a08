/** Footnotes while one writes: a new one, and the way between a note and what refers to it. */
import { isolateHistory } from '@codemirror/commands';
import { EditorSelection, type EditorState, type StateCommand } from '@codemirror/state';
import type { SyntaxNode, Tree } from '@lezer/common';
import { readFootnotes } from '#processors/contract/footnotes.ts';
import { parseProse } from '#processors/contract/prose-markdown.ts';

/** Puts a reference behind the selection and its note at the end of the text, where the caret then stands; one undo takes both back. */
export const insertFootnote: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const text = state.doc.toString();
  const label = `[^${nextNumber(text)}]`;
  const at = state.selection.main.to;
  const end = Math.max(at, text.trimEnd().length);
  const note = `\n\n${label}: `;
  dispatch(
    state.update({
      changes: [{ from: at, insert: label }, { from: end, insert: note }],
      selection: EditorSelection.cursor(end + label.length + note.length),
      annotations: isolateHistory.of('full'),
      userEvent: 'input.footnote',
      scrollIntoView: true,
    }),
  );
  return true;
};

function nextNumber(text: string): number {
  let highest = 0;
  for (const [, number] of text.matchAll(/\[\^(\d{1,9})\]/g)) highest = Math.max(highest, Number(number));
  return highest + 1;
}

/** From a reference into its note, from a note back to what refers to it first. */
export const followFootnote: StateCommand = ({ state, dispatch }) => {
  const to = findOtherEnd(state);
  if (to === null) return false;
  dispatch(state.update({ selection: EditorSelection.cursor(to), scrollIntoView: true, userEvent: 'select' }));
  return true;
};

function findOtherEnd(state: EditorState): number | null {
  const text = state.doc.toString();
  const { head } = state.selection.main;
  const tree = parseProse(text);
  const footnotes = readFootnotes(tree, text);
  const around = [tree.resolveInner(head, -1), tree.resolveInner(head, 1)];
  const reference = around.find(({ name }) => name === 'FootnoteReference');
  const note = reference && footnotes.find(text.slice(reference.from, reference.to));
  if (note) return note.node.to;
  const definition = around.map(definitionAround).find((node) => node !== null);
  const own = definition && footnotes.inOrder.find(({ node }) => node.from === definition.from);
  return own ? findReference(tree, (from, to) => footnotes.find(text.slice(from, to)) === own) : null;
}

function definitionAround(node: SyntaxNode): SyntaxNode | null {
  for (let each: SyntaxNode | null = node; each; each = each.parent) if (each.name === 'FootnoteDefinition') return each;
  return null;
}

/** Where the first reference ends that is looked for. */
function findReference(tree: Tree, isMeant: (from: number, to: number) => boolean): number | null {
  let found: number | null = null;
  tree.iterate({
    enter({ name, from, to }) {
      if (found === null && name === 'FootnoteReference' && isMeant(from, to)) found = to;
      return found === null;
    },
  });
  return found;
}
