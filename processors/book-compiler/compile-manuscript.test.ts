import { describe, expect, it } from 'vitest';
import type { CompileFormat } from '../contract/manuscript.ts';
import { compileManuscript, compileWith } from './compile-manuscript.ts';
import { countWords } from './words.ts';
import { readDocx, readEpub, readHtml, readXmlParts, splitWords } from './test-support/read-back.ts';
import { asWritten, makeManuscript, quietly, readRealBook } from './test-support/real-books.ts';
import { textWriter } from './writers/text.ts';

const FORMATS: CompileFormat[] = ['markdown', 'html', 'text', 'epub', 'docx'];

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function compileText(markdown: string, format: CompileFormat, title = ''): Promise<string> {
  const { bytes } = await compileManuscript(makeManuscript([{ title, markdown }]), format, quietly());
  return textOf(bytes);
}

describe('a compiled book', () => {
  const book = readRealBook('frankenstein');

  it.each(FORMATS)('is the same bytes each time as %s', async (format) => {
    const [first, second] = await Promise.all([compileManuscript(book, format, quietly()), compileManuscript(book, format, quietly())]);
    expect(second.manifest.sha256).toBe(first.manifest.sha256);
    expect(first.manifest.size_bytes).toBe(first.bytes.length);
  });

  it('lists in its manifest where each chapter came from and how many words it has', async () => {
    const { manifest, name } = await compileManuscript(book, 'epub', quietly());
    expect(name).toBe('Frankenstein.epub');
    expect(manifest.chapters.map((chapter) => chapter.title)).toEqual(book.chapters.map((chapter) => chapter.title));
    expect(manifest.words_out).toBe(manifest.chapters.reduce((sum, chapter) => sum + chapter.words, 0));
    // Three words of the second chapter's source are marks, which this count leaves out.
    expect(manifest.chapters[1]?.words).toBe(countWords(book.chapters[1]?.markdown.replace(/\s+/g, ' ').trim() ?? ''));
  });

  it('has its chapters in order in every format', async () => {
    const expected = book.chapters.map((chapter) => chapter.title);
    const compile = async (format: CompileFormat): Promise<Uint8Array> => (await compileManuscript(book, format, quietly())).bytes;
    expect(readEpub(await compile('epub')).map(({ title }) => title)).toEqual(expected);
    expect(readDocx(await compile('docx')).map(({ title }) => title)).toEqual(expected);
    expect(readHtml(await compile('html')).map(({ title }) => title)).toEqual(expected);
  });

  it('tells its progress chapter by chapter', async () => {
    const done: number[] = [];
    await compileManuscript(book, 'text', { signal: new AbortController().signal, onProgress: (progress) => done.push(progress.done) });
    expect(done).toEqual(book.chapters.map((_, index) => index + 1));
  });

  it('stops when it is cancelled, also in the middle', async () => {
    const abort = new AbortController();
    const compile = compileManuscript(book, 'epub', { signal: abort.signal, onProgress: ({ done }) => done === 3 && abort.abort() });
    await expect(compile).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what can’t be compiled', () => {
  it('is a book without chapters, or without words', async () => {
    await expect(compileManuscript(makeManuscript([]), 'epub', quietly())).rejects.toMatchObject({ code: 'compile_empty' });
    await expect(compileManuscript(makeManuscript([{ title: 'One', markdown: '' }, { title: 'Two', markdown: ' \n\n' }]), 'docx', quietly())).rejects.toMatchObject({ code: 'compile_empty' });
  });

  it('is a chapter whose text is missing, which is named', async () => {
    const book = makeManuscript([{ title: 'One', markdown: 'Here.' }]);
    const missing = { id: 'c2', title: 'The Lost Chapter', edition: 'draft' as const, read: async () => null };
    await expect(compileManuscript({ ...book, chapters: [...book.chapters, missing] }, 'epub', quietly())).rejects.toMatchObject({ code: 'compile_missing_text', message: expect.stringContaining('The Lost Chapter') });
  });

  it('is what a writer gets wrong: the build fails and names chapter and words', async () => {
    const losing = { ...textWriter, start: (...given: Parameters<typeof textWriter.start>) => {
      const writer = textWriter.start(...given);
      return { ...writer, writeSection: (section: Parameters<typeof writer.writeSection>[0]) => writer.writeSection({ ...section, blocks: section.blocks.slice(1) }) };
    } };
    const compile = compileWith(losing, makeManuscript([{ title: 'Storm', markdown: 'It rained.\n\nThe ship sank.' }]), quietly());
    await expect(compile).rejects.toMatchObject({ code: 'compile_words_differ', message: expect.stringMatching(/“Storm”, word 2.*“It rained\. The ship sank\.”.*“The ship sank\.”/) });
  });
});

describe('a chapter’s title', () => {
  it('stands alone when the chapter is empty', async () => {
    const { bytes } = await compileManuscript(makeManuscript([{ title: 'Silence', markdown: '' }, { title: 'Two', markdown: 'Word.' }]), 'html', quietly());
    expect(readHtml(bytes)).toEqual([{ title: 'Silence', words: ['Silence'] }, { title: 'Two', words: ['Two', 'Word.'] }]);
  });

  it.each(['# Letter I', 'Letter I\n===', '## *Letter* I ##', '# LETTER I'])('isn’t doubled where the text starts with it: %j', async (heading) => {
    const { bytes, manifest } = await compileManuscript(makeManuscript([{ title: 'Letter I', markdown: `${heading}\n\nDear sister.` }]), 'html', quietly());
    expect(readHtml(bytes)).toEqual([{ title: 'Letter I', words: ['Letter', 'I', 'Dear', 'sister.'] }]);
    expect(manifest.words_in).toBe(2);
  });

  it('is used as it is, whatever characters it has', async () => {
    const title = '<&"> \'#1\' *not* _marked_';
    for (const format of ['epub', 'docx', 'html'] as const) {
      const { bytes } = await compileManuscript(makeManuscript([{ title, markdown: 'Text.' }], { title, author: title }), format, asWritten());
      const [chapter] = (format === 'epub' ? readEpub : format === 'docx' ? readDocx : readHtml)(bytes);
      expect(chapter?.title).toBe(title);
    }
  });

  it('falls back to a number where contents must name a chapter that has none', async () => {
    const { bytes } = await compileManuscript(makeManuscript([{ markdown: 'One.' }, { markdown: 'Two.' }]), 'epub', quietly());
    expect(readXmlParts(bytes).get('EPUB/nav.xhtml')).toContain('Chapter 2');
    expect(readEpub(bytes)[1]).toEqual({ title: '', words: ['Two.'] });
  });
});

describe('Markdown', () => {
  it.each(['![a](    )a', '* * *<br>*', '*<br>one<br>* two', '[b](  <https://e.org>  "T" )c', '```<!--```-->', '![a ]()a', 'a![ b](x)c![ ](y)d', '`..`... `-`--'])('keeps its words where marks have nothing between them: %j', async (markdown) => {
    for (const format of ['markdown', 'html', 'epub', 'docx', 'text'] as const) {
      const compiled = await compileManuscript(makeManuscript([{ markdown: `${markdown}\n\nEnd.` }]), format, quietly());
      expect(compiled.manifest.words_out).toBe(compiled.manifest.words_in);
    }
  });

  it('keeps brackets that are no link, and definitions that no link uses', async () => {
    expect(await compileText('He wrote [sic] it.\n\n[Aside]: farewell', 'text')).toContain('He wrote [sic] it.\n\n[Aside]: farewell');
  });

  it('follows reference links, and leaves scripts and local files unlinked', async () => {
    const html = await compileText('[a][x] and [x] and [bad](javascript:alert(1)) and <https://e.org/q?a&b>.\n\n[x]: https://example.org "T"', 'html');
    expect(html).toContain('<a href="https://example.org/">a</a> and <a href="https://example.org/">x</a> and bad and <a href="https://e.org/q?a&amp;b">');
  });

  it('takes an indented paragraph for a paragraph', async () => {
    expect(await compileText('    The *storm* came.', 'html')).toContain('<p>The <em>storm</em> came.</p>');
  });

  it('shows raw HTML as text, never as markup', async () => {
    const html = await compileText('<script>alert(1)</script>\n\nA <b onclick="x">bold</b> word.', 'html');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toMatch(/<script|<b /);
  });

  it('ranks a chapter’s own headings below its title, without gaps', async () => {
    expect(await compileText('# A\n\n### B\n\n# C', 'html', 'T')).toMatch(/<h1 .*>T<\/h1>\n<h2>A<\/h2>\n<h3>B<\/h3>\n<h2>C<\/h2>/);
  });

  it('ends emphasis before a word joiner', async () => {
    expect(await compileText('*‘From all sides,’*\u2060…', 'html')).toContain('<em>‘From all sides,’</em>\u2060…');
  });

  it('breaks scenes at * * *, *** and a lone #', async () => {
    expect((await compileText('a\n\n* * *\n\nb\n\n***\n\nc\n\n#\n\nd', 'html')).match(/<hr class="scene-break"\/>/g)).toHaveLength(3);
  });
});

describe('what no format can hold', () => {
  it('is left out or stands as a sign, and is listed', async () => {
    const { bytes, manifest } = await compileManuscript(makeManuscript([{ title: 'One', markdown: 'a\u0007b c\u000Bd \ud800e <!-- check the date --> ![The map](map.png) f' }]), 'epub', quietly());
    expect(readEpub(bytes)[0]?.words).toEqual(['One', 'ab', 'c', 'd', '\uFFFDe', 'The', 'map', 'f']);
    expect(manifest.replaced).toEqual([
      'Control character U+0007 was left out',
      'Control character U+000B became a space',
      'U+D800, which is no character, became \uFFFD',
      'A comment was left out: “check the date”',
      'A picture stands as its description, “The map”: map.png',
    ]);
  });

  it('is nothing in most books, and then nothing is listed', async () => {
    const { manifest } = await compileManuscript(readRealBook('frankenstein'), 'docx', quietly());
    expect(manifest.replaced).toBeUndefined();
  });
});

describe('a hostile chapter', () => {
  it('of a million characters, nested a thousand deep, or in one word, comes out whole', async () => {
    const deep = `${'> '.repeat(1000)}bottom ${'*a '.repeat(200)}${'b* '.repeat(200)}`;
    const markdown = `${deep}\n\n${'x'.repeat(500_000)}\n\n${'word '.repeat(100_000)}`;
    for (const format of FORMATS) {
      const { manifest } = await compileManuscript(makeManuscript([{ title: 'Deep', markdown }]), format, quietly());
      expect(manifest.words_out).toBeGreaterThan(100_000);
    }
  });
});

describe('the file’s name', () => {
  it.each([
    ['War and Peace', 'War and Peace.txt'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j.txt'],
    ['..\u0000', 'Untitled.txt'],
    ['CON', 'CON (book).txt'],
    ['漢'.repeat(200), `${'漢'.repeat(66)}.txt`],
  ])('of %j is one that every system takes', async (title, name) => {
    const compiled = await compileManuscript(makeManuscript([{ markdown: 'Text.' }], { title }), 'text', quietly());
    expect(compiled.name).toBe(name);
  });
});

it('names languages as the formats want them', async () => {
  const opf = async (language: string): Promise<string> => {
    const { bytes } = await compileManuscript(makeManuscript([{ markdown: 'Text.' }], { language }), 'epub', quietly());
    return readXmlParts(bytes).get('EPUB/package.opf') ?? '';
  };
  expect(await opf('en_us')).toContain('<dc:language>en-US</dc:language>');
  expect(await opf('not a language')).toContain('<dc:language>und</dc:language>');
  expect(await opf('he')).toContain('page-progression-direction="rtl"');
});

it('keeps every word of a text that has none of our marks', async () => {
  const book = readRealBook('frankenstein');
  const plain = { ...book, chapters: book.chapters.filter(({ markdown }) => !/[*>#\\&]/.test(markdown)) };
  const { bytes } = await compileManuscript(plain, 'text', quietly());
  const expected = plain.chapters.flatMap(({ title, markdown }) => [...splitWords(title), ...splitWords(markdown)]);
  expect(expected.length).toBeGreaterThan(10_000);
  expect(splitWords(textOf(bytes)).slice(-expected.length)).toEqual(expected);
});
