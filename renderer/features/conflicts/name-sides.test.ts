import { expect, test } from 'vitest';
import { inSentence, nameSides } from './name-sides.ts';

const desk = { name: 'desk', isThis: false };
const chrome = { name: 'Chrome on Linux', isThis: false };

test.each([
  [{ mine: desk, theirs: chrome }, 'desk', 'Chrome on Linux'],
  [{ mine: { ...desk, isThis: true }, theirs: chrome }, 'This device (desk)', 'Chrome on Linux'],
  [{ mine: chrome, theirs: { ...chrome, isThis: true } }, 'Chrome on Linux (another device)', 'This device (Chrome on Linux)'],
  [{ mine: chrome, theirs: chrome }, 'Chrome on Linux (one)', 'Chrome on Linux (the other)'],
  [{ mine: null, theirs: { ...desk, isThis: true } }, 'The other device', 'This device (desk)'],
  [{ mine: null, theirs: null }, 'One device', 'The other device'],
])('%j are told apart by name', (devices, mine, theirs) => {
  expect(nameSides(devices)).toMatchObject({ mine, theirs });
});

test('a name in a sentence begins small where it is no name', () => {
  expect(['This device (desk)', 'The other device', 'Thestor'].map(inSentence)).toEqual(['this device (desk)', 'the other device', 'Thestor']);
});
