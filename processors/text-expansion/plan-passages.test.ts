import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';
import { assemblePassages, type PassageText } from '../contract/assemble-passages.ts';
import { alignPassages, passagesOf, splitParagraphs, textOf } from '../contract/passages.ts';
import { planPassages } from './plan-passages.ts';

const word = fc.stringMatching(/^[a-z]{2,8}$/);
const paragraph = fc.oneof(
  { weight: 6, arbitrary: fc.array(word, { minLength: 4, maxLength: 60 }).map((words) => `${words.join(' ')}.`) },
  { weight: 1, arbitrary: fc.constantFrom('* * *', '# Part', '> a short quotation') },
);
const draft = fc.array(paragraph, { minLength: 1, maxLength: 10 });

/** What the author does to an expansion between two runs: to each passage something else. */
const touches = fc.array(fc.constantFrom('none', 'edit', 'keep', 'strike'), { minLength: 12, maxLength: 12 });

/** What happens to a draft between two runs. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), at: fc.nat(), text: paragraph }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: paragraph }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), text: paragraph }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(), text: paragraph }),
);

function applyChange(blocks: readonly string[], { kind, at, text }: { kind: string; at: number; text: string }): string[] {
  const place = at % blocks.length;
  if (kind === 'edit') return blocks.toSpliced(place, 1, text);
  if (kind === 'insert') return blocks.toSpliced(place, 0, text);
  if (blocks.length < 2) return [...blocks];
  const rest = blocks.toSpliced(place, 1);
  return kind === 'remove' ? rest : rest.toSpliced((at * 7) % blocks.length, 0, blocks[place] ?? '');
}

let grown = 0;
const grow = (part: PassageText): PassageText => ({ ...part, text: `${part.text} Grown ${(grown += 1)}.`, origin: 'model' });

function expand(text: string, base: ExpandedTextV1 | null, again = false): ExpandedTextV1 {
  const parts = planPassages(text, base, { again }).map((item) => (item.action === 'grow' ? grow(item.part) : item.part));
  return { original: text, ...assemblePassages(parts), expansion_ratio: 1 };
}

function touch(expansion: ExpandedTextV1, kinds: readonly string[]): ExpandedTextV1 {
  const parts = passagesOf(expansion).map((passage, index): PassageText => {
    const { source, origin, kept } = passage;
    const part = { source, origin, ...(kept && { kept }), text: textOf(expansion, passage) };
    const kind = kinds[index];
    if (kind === 'edit') return { ...part, origin: 'author', text: `By hand ${index}. ${part.text}` };
    if (kind === 'strike') return { ...part, origin: 'author', text: '' };
    return kind === 'keep' && origin === 'model' ? { ...part, kept: true } : part;
  });
  return { ...expansion, ...assemblePassages(parts) };
}

const isAuthors = (passage: Passage): boolean => passage.origin === 'author' || passage.kept === true;
const authorsTexts = (expansion: ExpandedTextV1): string[] => passagesOf(expansion).filter(isAuthors).map((passage) => textOf(expansion, passage)).filter((text) => text !== '').toSorted();

describe('a run over a changed draft', () => {
  it('keeps what the author wrote or kept byte for byte, whatever happened to the draft', () => {
    fc.assert(
      fc.property(draft, touches, fc.array(change, { maxLength: 4 }), fc.boolean(), (blocks, kinds, changes, again) => {
        const base = touch(expand(blocks.join('\n\n'), null), kinds);
        const now = changes.reduce(applyChange, blocks).join('\n\n');
        expect(authorsTexts(expand(now, base, again))).toEqual(authorsTexts(base));
      }),
    );
  });

  it('leaves nothing stale but what is the author’s, and covers the whole draft', () => {
    fc.assert(
      fc.property(draft, touches, fc.array(change, { maxLength: 4 }), (blocks, kinds, changes) => {
        const now = changes.reduce(applyChange, blocks).join('\n\n');
        const after = expand(now, touch(expand(blocks.join('\n\n'), null), kinds));
        const aligned = alignPassages(now, after);
        expect(aligned.filter(({ passage, state }) => !isAuthors(passage) && state !== 'fresh')).toEqual([]);
        expect(aligned.reduce((sum, { draft: range }) => sum + range.count, 0)).toBe(splitParagraphs(now).length);
      }),
    );
  });

  it('grows nothing when nothing has changed', () => {
    fc.assert(
      fc.property(draft, touches, (blocks, kinds) => {
        const text = blocks.join('\n\n');
        const base = touch(expand(text, null), kinds);
        expect(planPassages(text, base, { again: false }).filter(({ action }) => action === 'grow')).toEqual([]);
        expect(expand(text, base).expanded).toBe(base.expanded);
      }),
    );
  });

  it('holds every word of the draft’s new paragraphs when it was asked to grow none', () => {
    fc.assert(
      fc.property(draft, fc.array(change, { maxLength: 4 }), (blocks, changes) => {
        const base = expand(blocks.join('\n\n'), null);
        const now = changes.reduce(applyChange, blocks).join('\n\n');
        const parts = planPassages(now, base, { again: true, onlyPassages: [] });
        expect(parts.every(({ action }) => action === 'carry')).toBe(true);
        const covered = parts.map(({ part }) => part.source);
        expect(covered.reduce((sum, { count }) => sum + count, 0)).toBe(splitParagraphs(now).length);
      }),
    );
  });
});
