import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PitchV1 } from '#schemas/generated/types.ts';
import { applyPitchEdit, keepPitchSentence } from './pitch-edits.ts';
import { isStaleSentence, stateOfSentence, textOfPart, type ChapterHashes } from './pitch.ts';
import { splitPlainSentences } from './plain-sentences.ts';

const pitch: PitchV1 = {
  parts: [{
    kind: 'synopsis-short', origin: 'model',
    sentences: [
      { text: 'A keeper waits.', chapter_ids: ['one'], quotes: [{ chapter_id: 'one', text: 'The keeper waited.' }] },
      { text: 'A ship is late.', chapter_ids: ['two'] },
      { text: 'The light goes out.', chapter_ids: ['two', 'three'], paragraph: true },
    ],
  }],
  metadata: { provider: 'x', sources: [{ chapter_id: 'one', hash: 'a' }, { chapter_id: 'two', hash: 'b' }, { chapter_id: 'three', hash: 'c' }] },
};
const level: ChapterHashes = new Map([['one', 'a'], ['two', 'b'], ['three', 'c']]);
const changed: ChapterHashes = new Map([['one', 'a'], ['two', 'other'], ['three', 'c']]);
const edit = (text: string, today = level): PitchV1['parts'][number] => applyPitchEdit(pitch, 'synopsis-short', text, today).parts[0]!;

describe('an author’s edit of a part', () => {
  it('keeps what stands as it was, and knows what each new sentence rests on', () => {
    const { sentences } = edit('A keeper waits. No ship has come for years. Nobody says why.\n\nThe light goes out.');
    expect(sentences.map(({ text, origin, chapter_ids, paragraph }) => [text, origin, chapter_ids, paragraph])).toEqual([
      ['A keeper waits.', undefined, ['one'], true],
      ['No ship has come for years.', 'author', ['two'], undefined],
      ['Nobody says why.', 'author', ['two'], undefined],
      ['The light goes out.', undefined, ['two', 'three'], true],
    ]);
    expect(sentences[0]!.quotes).toEqual(pitch.parts[0]!.sentences[0]!.quotes);
  });

  it('is level with its chapters as they are when it is made, and what was not touched stays stale', () => {
    const next = applyPitchEdit(pitch, 'synopsis-short', 'A keeper waits. Two ships are late.\n\nThe light goes out.', changed);
    const [, own, other] = next.parts[0]!.sentences;
    expect(stateOfSentence(next, next.parts[0]!, own!, changed)).toBe('edited');
    expect(stateOfSentence(next, next.parts[0]!, other!, changed)).toBe('stale');
    expect(isStaleSentence(next, own!, new Map([...changed, ['two', 'a third']]))).toBe(true);
  });

  it('that changes nothing changes nothing; one that takes all away leaves the part its author’s', () => {
    expect(applyPitchEdit(pitch, 'synopsis-short', textOfPart(pitch.parts[0]!), level)).toBe(pitch);
    expect(edit(' ')).toMatchObject({ origin: 'author', sentences: [] });
  });

  it('loses no word, whatever is written', () => {
    const word = fc.constantFrom('ship', 'Keeper', 'waits.', 'Mr. Stone', '“No!”', 'said', '\n\n', '猫である。', 'A ship is late.', '…', '[genre]', '*');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const text = words.join(' ');
        const letters = (of: string): string => of.replace(/\s+/g, '');
        expect(letters(textOfPart(edit(text)))).toBe(letters(text));
      }),
      { verbose: true },
    );
  });

  it('of keywords is a list', () => {
    const keywords: PitchV1 = { ...pitch, parts: [{ kind: 'keywords', sentences: [{ text: 'lighthouse', chapter_ids: ['one'] }, { text: 'storm', chapter_ids: ['two'] }] }] };
    const [part] = applyPitchEdit(keywords, 'keywords', 'lighthouse, gothic; grief', level).parts;
    expect(part!.sentences.map(({ text, origin }) => [text, origin])).toEqual([['lighthouse', undefined], ['gothic', 'author'], ['grief', 'author']]);
  });
});

it('a sentence that its author keeps is theirs, and level', () => {
  const kept = keepPitchSentence(pitch, 'synopsis-short', 2, changed);
  expect(stateOfSentence(kept, kept.parts[0]!, kept.parts[0]!.sentences[2]!, changed)).toBe('edited');
  expect(keepPitchSentence(pitch, 'synopsis-short', 9, changed)).toBe(pitch);
});

it.each([
  ['en', 'Mr. Stone came. “No!” he said. It was 3.5 miles… and then?', ['Mr. Stone came.', '“No!” he said.', 'It was 3.5 miles… and then?']],
  ['ja', '名前はまだ無い。どこで生れたか。', ['名前はまだ無い。', 'どこで生れたか。']],
  ['hi', 'वह आया। वह गया।', ['वह आया।', 'वह गया।']],
])('sentences in %s', (language, text, sentences) => {
  expect(splitPlainSentences(text, language)).toEqual(sentences);
});
