import { beforeAll, describe, expect, it } from 'vitest';
import type { PitchV1 } from '#schemas/generated/types.ts';
import { readRealBook } from '../book-compiler/test-support/real-books.ts';
import { countWords } from '../contract/count-words.ts';
import { isStaleSentence, textOfPart } from '../contract/pitch.ts';
import type { Progress } from '../contract/processor.ts';
import { makeChapter, makePitchBench, partOf, sentencesOf, type PitchBench } from './test-support/pitch-bench.ts';

const words = (pitch: PitchV1, kind: Parameters<typeof partOf>[1]): number => countWords(textOfPart(partOf(pitch, kind), pitch.fields));

/** Letters alone: what a sentence and its chapter must share. */
const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

describe('the pitch of a real novel, with no model', () => {
  const novel = readRealBook('frankenstein');
  let bench: PitchBench;
  let pitch: PitchV1;
  const progress: Progress[] = [];
  beforeAll(async () => {
    bench = makePitchBench(novel.title, novel.chapters, novel.language);
    ({ pitch } = await bench.run({ onProgress: (step) => progress.push(step) }));
  });

  it('has every part at its length, says how it was made, and how far it is', () => {
    expect(partOf(pitch, 'logline').sentences).toHaveLength(1);
    for (const [kind, length] of [['back-cover', 150], ['synopsis-short', 500], ['synopsis-long', 2500]] as const) {
      expect(words(pitch, kind)).toBeGreaterThan(length * 0.8);
      expect(words(pitch, kind)).toBeLessThan(length * 1.2);
    }
    expect(textOfPart(partOf(pitch, 'query-letter'), pitch.fields)).toMatch(/^Dear \[agent\],\n\n.*Frankenstein, a \[genre\] novel complete at 78,000 words\./);
    expect(pitch.metadata).toMatchObject({ provider: 'built-in', model: 'none', method: expect.stringMatching(/LexRank.*Erkan & Radev 2004/) as string });
    expect(pitch.parts.every((part) => part.origin === 'extractive')).toBe(true);
    expect(progress).toContainEqual({ done: 3, total: 31, message: 'Reading chapter 4 of 31' });
  });

  it('quotes the book: each sentence stands in the chapter that it names, in the book’s order', () => {
    for (const sentence of sentencesOf(pitch).filter(({ quotes }) => quotes)) {
      const [quote] = sentence.quotes!;
      expect(sentence.chapter_ids).toEqual([quote!.chapter_id]);
      expect(bench.textOf(quote!.chapter_id)).toContain(quote!.text);
      expect(letters(bench.textOf(quote!.chapter_id).replace(/[*_]/g, ''))).toContain(letters(sentence.text));
    }
    for (const kind of ['synopsis-short', 'synopsis-long'] as const) {
      const order = novel.chapters.map(({ id }) => id);
      const places = partOf(pitch, kind).sentences.map(({ chapter_ids }) => order.indexOf(chapter_ids[0]!));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(new Set(places).size).toBeGreaterThan(kind === 'synopsis-long' ? 25 : 12);
    }
  });

  it('finds the words that the book is about, each in chapters that have it', () => {
    const keywords = partOf(pitch, 'keywords').sentences;
    expect(keywords.map(({ text }) => text)).toEqual(expect.arrayContaining(['Elizabeth', 'Clerval', 'Justine', 'Safie']));
    for (const { text, chapter_ids } of keywords) for (const id of chapter_ids) expect(bench.textOf(id).toLowerCase()).toContain(text.toLowerCase());
  });

  it('after one chapter is changed only what rests on it is stale, and only that is made again', async () => {
    const id = partOf(pitch, 'synopsis-long').sentences[40]!.chapter_ids[0]!;
    bench.store('before', pitch);
    const text = bench.textOf(id);
    bench.setText(id, text.replaceAll(/[Tt]he /g, 'that '));
    const stale = sentencesOf(pitch).filter((sentence) => isStaleSentence(pitch, sentence, bench.hashes()));
    expect(stale.length).toBeGreaterThan(0);
    expect(stale).toEqual(sentencesOf(pitch).filter(({ chapter_ids }) => chapter_ids.includes(id)));
    const steps: Progress[] = [];
    const next = await bench.run({ config: { based_on: 'before' }, onProgress: (step) => steps.push(step) });
    expect(steps.filter(({ message }) => message?.startsWith('Reading'))).toHaveLength(1);
    const kept = (made: PitchV1): string[] => sentencesOf(made).filter(({ chapter_ids }) => !chapter_ids.includes(id)).map((sentence) => JSON.stringify({ ...sentence, origin: undefined }));
    const untouched = kept(pitch);
    // What stood stays byte for byte and in its order; of keywords, another may have come in a stale one's place.
    expect(kept(next.pitch).filter((sentence) => untouched.includes(sentence))).toEqual(untouched);
    expect(sentencesOf(next.pitch).filter((sentence) => isStaleSentence(next.pitch, sentence, bench.hashes()))).toEqual([]);
    for (const { quotes } of sentencesOf(next.pitch)) for (const quote of quotes ?? []) expect(bench.textOf(quote.chapter_id)).toContain(quote.text);
    bench.setText(id, text);
  });
});

describe('what a run carries on', () => {
  const chapters = [makeChapter('one', ['captain', 'gardener', 'widow', 'fiddler', 'priest']), makeChapter('two', ['dancer', 'sheriff', 'orphan', 'miller', 'baker']), makeChapter('three', ['hunter', 'weaver', 'smuggler', 'nurse', 'poet'])];

  it('what the author wrote stays where it was, also when all is made anew, and is stale when its chapter is another', async () => {
    const bench = makePitchBench('A Book', chapters);
    const { pitch } = await bench.run();
    const parts = pitch.parts.map((part) => (part.kind === 'synopsis-short' ? { ...part, sentences: part.sentences.with(1, { ...part.sentences[1]!, text: 'The author’s own words.', origin: 'author' as const }) } : part));
    bench.store('edited', { ...pitch, parts });
    const edited = parts.find(({ kind }) => kind === 'synopsis-short')!.sentences[1]!;
    bench.setText(edited.chapter_ids[0]!, makeChapter('x', ['tailor', 'judge', 'cook', 'rider', 'thief']).markdown);
    for (const again of [false, true]) {
      const { pitch: next } = await bench.run({ config: { based_on: 'edited', again } });
      const part = partOf(next, 'synopsis-short');
      const own = part.sentences.find(({ origin }) => origin === 'author')!;
      expect(own.text).toBe('The author’s own words.');
      expect(isStaleSentence(next, own, bench.hashes())).toBe(true);
      expect(part.sentences.filter((sentence) => isStaleSentence(next, sentence, bench.hashes()))).toEqual([own]);
    }
  });

  it('only the parts that are asked for are made; the others say that they are stale', async () => {
    const bench = makePitchBench('A Book', chapters);
    const first = await bench.run();
    bench.setText('two', makeChapter('x', ['tailor', 'judge', 'cook', 'rider', 'thief']).markdown);
    const { pitch } = await bench.run({ config: { based_on: first.id, parts: ['synopsis-long'] } });
    const stale = pitch.parts.filter((part) => part.sentences.some((sentence) => isStaleSentence(pitch, sentence, bench.hashes()))).map(({ kind }) => kind);
    expect(stale).not.toContain('synopsis-long');
    expect(stale).toContain('synopsis-short');
  });

  it('a chapter that has come is told where it stands, one that is gone is told no more', async () => {
    const bench = makePitchBench('A Book', [...chapters, { id: 'four', title: '', markdown: '' }]);
    const first = await bench.run();
    bench.setText('four', makeChapter('x', ['tailor', 'judge', 'cook', 'rider', 'thief']).markdown);
    bench.dropChapter('one');
    const { pitch } = await bench.run({ config: { based_on: first.id } });
    const named = partOf(pitch, 'synopsis-long').sentences.flatMap(({ chapter_ids }) => chapter_ids);
    expect(new Set(named)).toEqual(new Set(['two', 'three', 'four']));
    expect(sentencesOf(pitch).flatMap(({ chapter_ids }) => chapter_ids)).not.toContain('one');
    expect(partOf(pitch, 'logline').sentences).toHaveLength(1);
  });
});

describe('books of every kind', () => {
  it('an empty book is told what to do', async () => {
    await expect(makePitchBench('Nothing', []).run()).rejects.toMatchObject({ code: 'input_invalid', message: expect.stringMatching(/Write a chapter first/) as string });
    await expect(makePitchBench('Nothing', [{ id: 'c', title: 'One', markdown: ' \n\n' }]).run()).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('a book of one chapter, of one sentence, and of no sentence at all', async () => {
    const { pitch } = await makePitchBench('One', [makeChapter('one', ['captain', 'gardener', 'widow', 'fiddler', 'priest', 'dancer'])]).run();
    expect(sentencesOf(pitch).filter(({ origin }) => origin !== 'template').every(({ chapter_ids }) => chapter_ids[0] === 'one')).toBe(true);
    for (const markdown of ['Nobody came.', '# Only a heading', '`code`', '***', '“Yes?”']) {
      const short = await makePitchBench('Short', [{ id: 'c', title: 'One', markdown }]).run();
      expect(short.pitch.parts).toHaveLength(6);
    }
  });

  it.each([
    ['ja', '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。吾輩はここで始めて人間というものを見た。しかもあとで聞くとそれは書生という人間中で一番獰悪な種族であったそうだ。'],
    ['de', 'Als Gregor Samsa eines Morgens aus unruhigen Träumen erwachte, fand er sich in seinem Bett zu einem ungeheueren Ungeziefer verwandelt. Er lag auf seinem panzerartig harten Rücken und sah seinen gewölbten, braunen Bauch. Hr. Samsa trat in das Zimmer seines Sohnes und blieb lange schweigend vor ihm stehen.'],
    ['ru', 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. Всё смешалось в доме Облонских в это утро перед самым завтраком. Жена узнала, что муж был в связи с бывшею в их доме француженкою-гувернанткой.'],
    ['ar', 'كان الرجل العجوز يصيد وحده في قارب صغير في تيار الخليج منذ أربعة وثمانين يوما. ولم يظفر خلال تلك الأيام كلها بسمكة واحدة من البحر الكبير. وكان معه في الأيام الأربعين الأولى غلام صغير من القرية القريبة.'],
    ['not a language', 'The keeper climbed the lighthouse stairs slowly at dusk with his lantern. Nobody had come to the island since the great storm of March.'],
  ])('a book in %s is quoted as it stands', async (language, markdown) => {
    const { pitch } = await makePitchBench('Ein Buch', [{ id: 'c', title: '1', markdown }], language).run();
    const [sentence] = partOf(pitch, 'logline').sentences;
    expect(markdown).toContain(sentence!.text);
    expect(sentence!.text.length).toBeLessThan(markdown.length);
  });

  it('marks of Markdown stay in the chapter, and the line is still found there', async () => {
    const markdown = 'The *old* keeper [climbed](https://example.org) the **lighthouse** stairs at dusk &amp; with\nhis lantern lit.';
    const { pitch } = await makePitchBench('A Book', [{ id: 'c', title: '1', markdown }]).run();
    expect(partOf(pitch, 'logline').sentences).toMatchObject([{ text: 'The old keeper climbed the lighthouse stairs at dusk & with his lantern lit.', quotes: [{ text: markdown }] }]);
  });

  it.each([['one word', 'a '], ['scraps', 'x. '], ['marks', '“'], ['initials', 'X. '], ['signs', '漢']])('a chapter of half a million characters of %s takes seconds', async (_name, piece) => {
    const { pitch } = await makePitchBench('Odd', [{ id: 'c', title: '1', markdown: piece.repeat(500_000 / piece.length) }]).run();
    expect(pitch.parts).toHaveLength(6);
  });

  it('can be cancelled, and says what is wrong with its config', async () => {
    const bench = makePitchBench('A Book', [makeChapter('one', ['captain', 'gardener'])]);
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(bench.run({ signal: controller.signal })).rejects.toThrow('stop');
    await expect(bench.run({ config: { parts: ['poem'] } })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(bench.run({ config: { sources: [{ chapter_id: 'gone', blob_id: 'x' }] } })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(bench.run({ config: { sources: [{ chapter_id: 'one', blob_id: 'x' }] } })).rejects.toMatchObject({ code: 'not_found' });
    await expect(bench.run({ config: { based_on: 'nothing' } })).rejects.toMatchObject({ code: 'input_invalid' });
  });
});
