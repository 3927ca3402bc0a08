import { expect, test } from 'vitest';
import { splitParagraphs } from '#processors/contract/passages.ts';
import { findConflictPlaces } from './conflict-places.ts';
import { mergeProse } from './merge-prose.ts';
import type { ParagraphRun } from './replace-paragraphs.ts';

const BASE = 'Dusk.\n\nThe tide went out.\n\nThe lamp burnt low in the tower room.\n\nNobody came.\n\nA gull cried.';
const DESK = 'Dusk fell.\n\nThe tide went out.\n\nThe lamp burnt bright in the tower room.\n\nNobody came.\n\nA gull cried.';
const SOFA = 'Dusk.\n\nThe tide went out.\n\nThe lamp burnt blue in the tower room.\n\nNobody came.\n\nA gull cried twice.';

const read = (text: string, { first, count }: ParagraphRun): string[] => splitParagraphs(text).slice(first, first + count).map((paragraph) => paragraph.text);

test('a place is where both changed the same words; what one side alone changed is none', () => {
  const now = mergeProse(BASE, DESK, SOFA).text;
  const [place, ...more] = findConflictPlaces({ base: BASE, mine: DESK, theirs: SOFA, now });
  expect(more).toEqual([]);
  expect(read(BASE, place!.base)).toEqual(['The lamp burnt low in the tower room.']);
  expect(read(DESK, place!.mine)).toEqual(['The lamp burnt bright in the tower room.']);
  expect(read(SOFA, place!.theirs)).toEqual(['The lamp burnt blue in the tower room.']);
  expect(read(now, place!.now!)).toEqual([expect.stringMatching(/bright.*blue|blue.*bright/)]);
});

test('a place is found where it stands after the author wrote before it, and is no longer open where it was mended', () => {
  const merged = mergeProse(BASE, DESK, SOFA).text;
  const [moved] = findConflictPlaces({ base: BASE, mine: DESK, theirs: SOFA, now: `A new beginning.\n\n${merged}` });
  expect(moved!.now).toEqual({ first: 3, count: 1 });
  const mended = merged.replace(/The lamp burnt .*/, 'The lamp burnt bright.');
  expect(findConflictPlaces({ base: BASE, mine: DESK, theirs: SOFA, now: mended })).toMatchObject([{ now: null }]);
});

test('every place where both wrote anew is found in the merge, in whatever order it kept the two', () => {
  for (let seed = 0; seed < 40; seed++) {
    const base = `Dusk ${seed}.\n\nHe slept badly.\n\nNobody came.\n\nIt was cold.`;
    const [mine, theirs] = [base.replace('slept badly', `did not sleep ${seed}`), base.replace('He slept badly', `Until noon on day ${seed} there was no sound`)];
    for (const known of [base, '']) {
      const places = findConflictPlaces({ base: known || null, mine, theirs, now: mergeProse(known, mine, theirs).text });
      expect(places, `${seed} ${known}`).toMatchObject([{ now: { count: 2 } }]);
    }
  }
});

test('where nobody knows what both started from, the paragraphs that both have are not told as a conflict', () => {
  const now = mergeProse('', DESK, SOFA).text;
  const places = findConflictPlaces({ base: null, mine: DESK, theirs: SOFA, now });
  expect(places.flatMap((place) => read(DESK, place.mine))).toEqual(['Dusk fell.', 'The lamp burnt bright in the tower room.', 'A gull cried.']);
  expect(places.flatMap((place) => read(SOFA, place.theirs))).toEqual(['Dusk.', 'The lamp burnt blue in the tower room.', 'A gull cried twice.']);
});
