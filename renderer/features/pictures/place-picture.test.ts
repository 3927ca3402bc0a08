import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import { placePicture, writeImage } from './place-picture.ts';

/** @param text with a | where the caret is */
function place(text: string): string {
  const at = text.indexOf('|');
  const doc = text.replace('|', '');
  const { from, insert } = placePicture(Text.of(doc.split('\n')), at, '![](image:p)');
  return doc.slice(0, from) + insert + doc.slice(from);
}

test.each([
  ['|', '![](image:p)'],
  ['One.\n\n|', 'One.\n\n![](image:p)'],
  ['One.\n|', 'One.\n\n![](image:p)'],
  ['One.\n\n|\n\nTwo.', 'One.\n\n![](image:p)\n\nTwo.'],
  ['One.\n|\nTwo.', 'One.\n\n![](image:p)\n\nTwo.'],
  ['O|ne.\n\nTwo.', 'One.\n\n![](image:p)\n\nTwo.'],
  ['A li|ne,\nand another.\n\nTwo.', 'A line,\nand another.\n\n![](image:p)\n\nTwo.'],
])('a picture stands as a paragraph of its own: %j', (text, expected) => {
  expect(place(text)).toBe(expected);
});

test('its description is text, whatever signs it has', () => {
  expect(writeImage(' The [map]\nof *Skerry* ', 'image:p')).toBe('![The \\[map\\] of \\*Skerry\\*](image:p)');
});
