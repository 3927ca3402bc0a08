import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChapter } from './parse-chapter.ts';
import { Replacements } from './replacements.ts';
import { foldTypography, typesetBlocks, typesetLine } from './typeset.ts';
import { inlineText, type Block } from './model.ts';
import { foldWords } from './words.ts';

const set = (markdown: string, language = 'en'): string => {
  const { blocks } = parseChapter('', markdown, new Replacements());
  typesetBlocks(blocks, language);
  return textOf(blocks);
};
const textOf = (blocks: readonly Block[]): string => blocks.map((block) => (block.kind === 'paragraph' || block.kind === 'heading' ? inlineText(block.inlines) : block.kind === 'quote' ? textOf(block.blocks) : block.kind === 'verbatim' ? block.text : '')).join('|');

describe('what is typed plain', () => {
  it.each([
    ['en', `"Don't go," she said -- "it's 'late'..."`, '“Don’t go,” she said — “it’s ‘late’…”'],
    ['en', `the '90s, rock 'n' roll; James' hat`, 'the ’90s, rock ‘n’ roll; James’ hat'],
    ['de', `"Ja", sagte er. 'So geht's.'`, '„Ja“, sagte er. ‚So geht’s.‘'],
    ['fr', '"Oui !" dit-il : "Non ?"', '«\u202fOui\u202f!\u202f» dit-il\u00a0: «\u202fNon\u202f?\u202f»'],
    ['fr-CH', '"Oui"', '«Oui»'],
    ['sv', '"Ja" sade han', '”Ja” sade han'],
    ['en', 'Mr. Darcy and Dr. Who, p. 12', 'Mr.\u00a0Darcy and Dr.\u00a0Who, p.\u00a012'],
    ['pl', 'w domu i o zmroku', 'w\u00a0domu i\u00a0o\u00a0zmroku'],
  ])('is set for %s: %s', (language, plain, printed) => {
    expect(set(plain, language)).toBe(printed);
  });

  it('is set across emphasis and after a line break', () => {
    expect(set('"*Stop!*" he cried. *"Never"* was the answer.')).toBe('“Stop!” he cried. “Never” was the answer.');
    expect(set('> "One,  \n> "two."')).toBe('“One, “two.”');
  });

  it('stays in code and in verbatim text', () => {
    expect(set('Say `"--"` and go.\n\n```\n"as typed" -- ...\n```')).toBe('Say "--" and go.|"as typed" -- ...\n'.replace('\n', ''));
  });

  it('is set in a title', () => {
    expect(typesetLine(`The "King's" Road`, 'en')).toBe('The “King’s” Road');
  });
});

it('sets a paragraph of a million characters in one reading', () => {
  const blocks: Block[] = [{ kind: 'paragraph', inlines: [{ kind: 'text', text: `"It's so," she 'said' -- `.repeat(43_000) }] }];
  const started = process.cpuUsage();
  typesetBlocks(blocks, 'de');
  expect(textOf(blocks).slice(0, 24)).toBe('„It’s so,“ she ‚said‘ — ');
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

it('changes no word of any text, in any language', () => {
  const plain = fc.array(fc.constantFrom('"', "'", '-', '--', '.', '...', ' ', '; ', ' !', ' : ', '« ', ' »', 'a', 'Mr. ', 'B', '’', '“', '\u00a0', '\u202f', 'é', '*x*', '7'), { maxLength: 40 }).map((parts) => `x${parts.join('')}`);
  fc.assert(
    fc.property(plain, fc.constantFrom('en', 'de', 'fr', 'fr-CH', 'pl', 'sv', 'ru', 'hu'), (text, language) => {
      const { blocks } = parseChapter('', text, new Replacements());
      const before = foldTypography(foldWords(textOf(blocks)));
      typesetBlocks(blocks, language);
      expect(foldTypography(foldWords(textOf(blocks)))).toBe(before);
    }),
    { numRuns: 2000 },
  );
});
