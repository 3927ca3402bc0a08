import { describe, expect, it } from 'vitest';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { createNodeTypesetter } from '../../hosts/node/typesetter.ts';
import { compileManuscript } from '../compile-manuscript.ts';
import { readPdf, type Line, type ReadPdf } from '../test-support/read-pdf.ts';
import { makeManuscript, quietly } from '../test-support/real-books.ts';
import { PASSAGES } from '../test-support/scripts.ts';

const typesetter = createNodeTypesetter();
const LONG = 'It was on a dreary night of November that I beheld the accomplishment of my toils. With an anxiety that almost amounted to agony, I collected the instruments of life around me, that I might infuse a spark of being into the lifeless thing that lay at my feet.';
const NEXT = 'The next paragraph is indented as it should be, and goes on for more than one line of the page.';

async function setFirst(paragraph: string, layout: CompileLayout = {}): Promise<ReadPdf> {
  const { bytes } = await compileManuscript(makeManuscript([{ title: 'One', markdown: `${paragraph}\n\n${NEXT}` }]), 'pdf', { ...quietly(), layout: { trim: '5x8', drop_caps: true, ...layout }, typesetter });
  return readPdf(bytes);
}

/** The lines of the paragraph, without the letter. */
const linesOf = ({ lines }: ReadPdf): Line[] => lines.slice(lines.findIndex(({ text }) => text === 'One') + 1).filter(({ text }) => text.length > 6);
const lettersOf = ({ lines }: ReadPdf): string => lines.map(({ text }) => text).join('').replace(/[\s\u00ad\u200b-]/g, '');
const sorted = (text: string): string => [...text].toSorted().join('');

describe('a chapter’s large first letter', () => {
  it('has three lines beside it, which end where all do, and the others below it, as far apart as any', async () => {
    const set = await setFirst(LONG);
    expect(set.faults).toBe('');
    const [first, second, third, fourth, fifth] = linesOf(set) as [Line, Line, Line, Line, Line];
    expect(first.text).toMatch(/^t was on a dreary/);
    for (const { left, right } of [first, second, third]) {
      expect(left).toBeGreaterThan(fourth.left + 10);
      expect(right).toBeCloseTo(fourth.right, 0);
    }
    const gap = fifth.top - fourth.top;
    expect([second.top - first.top, third.top - second.top, fourth.top - third.top].map((of) => Math.abs(of - gap) < 0.1)).toEqual([true, true, true]);
    const next = linesOf(set).find(({ text }) => text.startsWith('The next'))!;
    expect(next.left).toBeGreaterThan(fourth.left + 10);
  });

  it('is two lines tall where the paragraph has three, and none where it has fewer', async () => {
    const three = linesOf(await setFirst('A paragraph of three lines, which is not longer than a letter of three lines is tall, but which has a third line in the end of it all.'));
    expect(three[1]!.left).toBeGreaterThan(three[2]!.left + 10);
    expect(linesOf(await setFirst('“Yes,” she said.'))[0]!.text).toBe('“Yes,” she said.');
  });

  it.each([
    ['quotation marks before it', `“‘${LONG}’”`],
    ['emphasis from it on', `*${LONG.slice(0, 30)}* **${LONG}**`],
    ['a word by itself', 'A ship sailed. '.repeat(20)],
    ['a letter with a tail', `Quietly. ${LONG}`],
    ['an accent above', `É\u0301lan. ${LONG}`],
    ['lines that the author ended', `A ship\\\nand two\\\nand three\\\nlines. ${LONG}`],
    ['a link', `In [a place](https://example.org/) ${LONG}`],
    ['a word of 400 letters', `Wo${'w'.repeat(400)} ${LONG}`],
    ['Hebrew', `${PASSAGES.find(({ language }) => language === 'he')!.text} `.repeat(4)],
    ['Arabic, whose letters are joined', `${PASSAGES.find(({ language }) => language === 'ar')!.text} `.repeat(4)],
  ])('loses nothing, and stays on the page: %s', async (_what, paragraph) => {
    const [large, plain] = await Promise.all([setFirst(paragraph), setFirst(paragraph, { drop_caps: false })]);
    expect(large.faults).toBe('');
    // Poppler may read the mark before the letter, which stands high, before what is beside it; and lines from the right in its own order.
    expect(sorted(lettersOf(large))).toBe(sorted(lettersOf(plain)));
    for (const { left, right } of large.lines) {
      expect(left).toBeGreaterThan(20);
      expect(right).toBeLessThan(340);
    }
  });
});
