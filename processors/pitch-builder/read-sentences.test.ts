import { expect, it } from 'vitest';
import { readSentences } from './read-sentences.ts';

it('reads the story, not its notes, and finds each sentence where it stands', () => {
  expect(readSentences('The keeper[^1] climbed *on*. Nobody came.\n\n[^1]: Of the lamp.\n\n    For years.', 'en')).toEqual([
    { text: 'The keeper climbed on.', quote: 'The keeper[^1] climbed *on*.' },
    { text: 'Nobody came.', quote: 'Nobody came.' },
  ]);
});
