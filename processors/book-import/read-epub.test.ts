import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { compileManuscript } from '../book-compiler/compile-manuscript.ts';
import { makeManuscript, quietly } from '../book-compiler/test-support/real-books.ts';
import type { ImportedManuscript } from '../contract/manuscript.ts';
import { readManuscript } from './read-manuscript.ts';
import { makeEpub } from './test-support/make-epub.ts';

const read = (bytes: Uint8Array, name = 'x.epub'): Promise<ImportedManuscript> => readManuscript({ kind: 'file', name, bytes }, quietly());
const pairs = ({ chapters }: ImportedManuscript): [string, string][] => chapters.map(({ title, content }) => [title, content]);

describe('an EPUB', () => {
  it.each(['nav', 'ncx'] as const)('has a chapter for each page that its contents (%s) name, and its long ones whole', async (version) => {
    const book = await read(
      makeEpub({
        version,
        pages: { 'copyright.xhtml': '<p>© Ann</p>', 'one 1.xhtml': '<h1>One</h1><p>a</p>', 'one-2.xhtml': '<p>b</p>', 'two.xhtml': '<p>c</p>' },
        contents: [['one%201.xhtml', 'One in contents'], ['two.xhtml#start', 'Two']],
      }),
    );
    expect(book).toMatchObject({ title: 'The & Sea', author: 'Ann, Bob', language: 'fr', warnings: [] });
    expect(pairs(book)).toEqual([['Front matter', '© Ann'], ['One', 'a\n\nb'], ['Two', 'c']]);
  });

  it('in one file, or without contents, is split at its headings', async () => {
    const body = '<h1>One</h1><p>a</p><h1>Two</h1><p>b</p>';
    const one = makeEpub({ pages: { 'all.xhtml': body }, contents: [['all.xhtml#1', 'One'], ['all.xhtml#2', 'Two']] });
    expect(pairs(await read(one))).toEqual([['One', 'a'], ['Two', 'b']]);
    expect(pairs(await read(makeEpub({ pages: { 'all.xhtml': body } })))).toEqual([['One', 'a'], ['Two', 'b']]);
  });

  it('keeps emphasis of its stylesheet, scene breaks however drawn, and what pictures show', async () => {
    const book = await read(
      makeEpub({
        pages: { 'a.xhtml': '<h2>One</h2><p>It <span class="i">rained</span> <b>hard</b>.<br/>Yes.</p><p class="sep">⁂</p><p><img src="a.png" alt="A map"/></p><hr/><p>x</p>' },
        contents: [['a.xhtml', 'One']],
        extra: (zip) => zip.add('OPS/s.css', 'p { margin: 0 } /* c */ span.i, .j { font-style: italic; }'),
      }),
    );
    expect(pairs(book)).toEqual([['One', 'It *rained* **hard**.\\\nYes.\n\n* * *\n\nA map\n\n* * *\n\nx']]);
    expect(book.warnings).toEqual(['Pictures that are not there: 1. Their descriptions stand in the text.']);
  });

  it('of Recto’s own keeps its parts, and tells what its title page said', async () => {
    const source = makeManuscript([{ title: 'One', markdown: 'a' }, { title: 'Two', markdown: 'b' }], { subtitle: 'A Romance' });
    const { bytes } = await compileManuscript({ ...source, chapters: source.chapters.map((chapter, index) => (index === 1 ? { ...chapter, part: 'The Second Part' } : chapter)) }, 'epub', { ...quietly(), layout: { chapter_heading: 'number-and-title' } });
    const book = await read(bytes);
    expect(book.chapters).toEqual([{ title: 'One', content: 'a' }, { title: 'Two', content: 'b', part: 'The Second Part' }]);
    expect(book.warnings).toEqual([expect.stringContaining('A Romance')]);
  });

  it('that is copy-protected, or lacks a page, or is none, is refused, and says so', async () => {
    const pages = { 'a.xhtml': '<p>a</p>' };
    const encryption = '<encryption><EncryptedData><CipherData><CipherReference URI="OPS/a.xhtml"/></CipherData></EncryptedData></encryption>';
    await expect(read(makeEpub({ pages, extra: (zip) => zip.add('META-INF/encryption.xml', encryption) }))).rejects.toMatchObject({ code: 'import_unsupported', message: expect.stringContaining('copy-protected') });
    await expect(read(makeEpub({ pages: {} }))).rejects.toMatchObject({ code: 'import_empty' });
    await expect(read(new TextEncoder().encode('no zip'))).rejects.toMatchObject({ code: 'import_damaged', message: expect.stringContaining('.epub') });
  });

  it('that is damaged is refused, wherever the damage is', async () => {
    const bytes = makeEpub({ pages: { 'a.xhtml': '<h1>One</h1><p>Some text that is long enough.</p>' }, contents: [['a.xhtml', 'One']] });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, cut) => {
        const damaged = cut ? bytes.slice(0, at) : bytes.map((byte, index) => (index === at ? byte ^ change : byte));
        const outcome = await read(damaged).then((book) => pairs(book).join(), (error: unknown) => (error instanceof RectoError ? error.code : String(error)));
        expect(['import_damaged', 'import_empty', 'import_unsupported', 'import_not_utf8', 'too_large', 'One,Some text that is long enough.']).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a hostile EPUB is refused in bounded time and memory:', () => {
  it('one that unpacks without end', async () => {
    const bomb = makeEpub({
      pages: { 'a.xhtml': '<p>a</p>' },
      extra(zip) {
        const entry = zip.open('OPS/b.xhtml');
        const megabyte = ' '.repeat(1_000_000);
        for (let count = 0; count < 101; count += 1) entry.write(megabyte);
        entry.end();
      },
    });
    await expect(read(bomb)).rejects.toMatchObject({ code: 'too_large' });
  });

  it.each([
    ['elements in elements', '<div>'.repeat(300_000)],
    ['emphasis in emphasis', `<p>${'<i>'.repeat(300_000)}x`],
    ['pieces', '<hr>'.repeat(1_100_000)],
  ])('one of more %s than any text has', async (_what, body) => {
    const start = process.cpuUsage();
    await expect(read(makeEpub({ pages: { 'a.xhtml': body }, contents: [['a.xhtml', 'One']] }))).rejects.toMatchObject({ code: 'too_large' });
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  });

  it('one whose contents nest without end', async () => {
    const ncx = `<?xml version="1.0"?>${'<navPoint>'.repeat(100_000)}`;
    const bytes = makeEpub({ pages: { 'a.xhtml': '<p>a</p>' }, extra: (zip) => zip.add('META-INF/encryption.xml', ncx) });
    await expect(read(bytes)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('one that declares entities which grow: they stay as they are written', async () => {
    const page = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "boom boom"><!ENTITY b "&a;&a;&a;">]><html><body><p>Then &b; and &nbsp;&eacute;.</p></body></html>';
    expect(pairs(await read(makeEpub({ pages: { 'a.xhtml': page }, contents: [['a.xhtml', 'One']] })))[0]?.[1]).toContain('é.');
  });
});

describe('a page of HTML', () => {
  const page = (html: string, name = 'page.html'): Promise<ImportedManuscript> => read(new TextEncoder().encode(html), name);

  it('is split at its headings, and brings no script, style or navigation', async () => {
    const book = await page('<!doctype html><html lang="de"><head><title>T</title><meta name="author" content="A"><script>alert(1)</script><style>.k{font-weight:700}</style></head><body><nav><a href="#1">Eins</a></nav><h2>Eins</h2><p onclick="x()">Er sah <a href="javascript:x()">sie</a> &amp; <a href="https://e.org/">es</a>, <span class=k>sehr</span>.<h2>Zwei</h2><blockquote><p>Liebe</blockquote><ul><li>a<li>b</ul><pre>  x\n y</pre></body></html>');
    expect(book).toMatchObject({ title: 'T', author: 'A', language: 'de' });
    expect(pairs(book)).toEqual([['Eins', 'Er sah sie & [es](https://e.org/), **sehr**.'], ['Zwei', '> Liebe\n\n- a\n- b\n\n```\n  x\n y\n```']]);
  });

  it('in XHTML may leave elements empty', async () => {
    expect(pairs(await page('<?xml version="1.0"?><html><head><title/><script src="x"/><style/></head><body><h1>One</h1><p><a id="x"/>word <i/>on</p></body></html>', 'p.xhtml'))).toEqual([['One', 'word on']]);
  });

  it('is read in the encoding that it declares', async () => {
    const latin = new Uint8Array([...new TextEncoder().encode('<meta charset="windows-1252"><p>na'), 0xef, ...new TextEncoder().encode('ve')]);
    expect(pairs(await read(latin, 'a.html'))[0]?.[1]).toBe('naïve');
    await expect(page('<meta charset="x-unknown"><p>x')).rejects.toMatchObject({ code: 'import_not_utf8' });
    await expect(page('<p> </p>')).rejects.toMatchObject({ code: 'import_empty' });
  });
});
