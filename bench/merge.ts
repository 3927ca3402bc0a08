/**
 * Merging a chapter of 20,000 words that two devices edited in 200 scattered places each, beside raw node-diff3 on its
 * paragraphs (which leaves a paragraph that both edited as a conflict, whole). Turns about, in one process; of each
 * chapter the fastest turn of either counts, since what else the machine does falls on the longer one more often.
 */
import { diff3Merge } from 'node-diff3';
import { mergeProse } from '../app/domain/merge-prose.ts';
import { createRandom } from '../processors/text-expansion/built-in/random.ts';
import { median, type Figure } from './figures.ts';
import { readWords } from './in-browser.ts';

const WORDS = 20_000;
const EDITS = 200;
const CHAPTERS = 5;
const ROUNDS = 80;
/** Until both are compiled, which takes a while where other things run. */
const WARM_UP = 40;
const LIMIT = 2;

interface Copies {
  base: string;
  mine: string;
  theirs: string;
}

/** One place in ten is a whole paragraph, the others are words: added, replaced, taken out. */
function edit(text: string, device: string, random: () => number): string {
  const paragraphs = text.split('\n\n');
  for (let i = 0; i < EDITS; i++) {
    const place = Math.floor(random() * paragraphs.length);
    const words = paragraphs[place]!.split(' ');
    const word = Math.floor(random() * words.length);
    const kind = random();
    if (kind < 0.05) paragraphs.splice(place, 0, `Then ${device} added a paragraph of its own, the number ${i}.`);
    else if (kind < 0.1) paragraphs.splice(place, 1);
    else if (kind < 0.4) words.splice(word, 0, `${device}-${i}`);
    else if (kind < 0.7) words.splice(word, 2, `${device}-${i}`);
    else words.splice(word, 1);
    if (kind >= 0.1) paragraphs[place] = words.join(' ');
  }
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

function mergeRaw({ base, mine, theirs }: Copies): string {
  const regions = diff3Merge(mine.split('\n\n'), base.split('\n\n'), theirs.split('\n\n'));
  return regions.flatMap((region) => region.ok ?? [...region.conflict!.a, ...region.conflict!.b]).join('\n\n');
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export async function run(): Promise<Figure[]> {
  const base = (await readWords(WORDS)).split(/(?=\n\n)/).reduce((text, part) => (text.split(/\s+/).length < WORDS ? text + part : text));
  const random = createRandom(20_000);
  const chapters = Array.from({ length: CHAPTERS }, () => ({ base, mine: edit(base, 'mine', random), theirs: edit(base, 'theirs', random) }));
  const fastest = chapters.map(() => ({ ours: Infinity, raw: Infinity }));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [i, copies] of chapters.entries()) {
      const [ours, raw] = [time(() => mergeProse(copies.base, copies.mine, copies.theirs)), time(() => mergeRaw(copies))];
      if (round >= 0) fastest[i] = { ours: Math.min(ours, fastest[i]!.ours), raw: Math.min(raw, fastest[i]!.raw) };
    }
  }
  const ratio = median(fastest.map(({ ours, raw }) => ours / raw));
  return [
    {
      name: `Merging a chapter of ${WORDS.toLocaleString('en')} words with ${EDITS} scattered edits a side, beside raw node-diff3 on paragraphs`,
      figure: `${ratio.toFixed(2)}× (${median(fastest.map(({ ours }) => ours)).toFixed(1)} ms to ${median(fastest.map(({ raw }) => raw)).toFixed(1)} ms, the fastest of ${ROUNDS} each)`,
      limit: `at most ${LIMIT}×`,
      ok: ratio <= LIMIT,
    },
  ];
}
