/** Pictures in a compiled book, as other programs find them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import mammoth from 'mammoth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '#scripts/tools.ts';
import type { CompileFormat, Manuscript } from '../contract/manuscript.ts';
import { createNodeTypesetter } from '../hosts/node/typesetter.ts';
import { compileManuscript, type CompiledManuscript } from './compile-manuscript.ts';
import { makePng, TINY_GIF, TINY_JPEG } from './test-support/made-pictures.ts';
import { readEpub, readHtml } from './test-support/read-back.ts';
import { makeManuscript, quietly } from './test-support/real-books.ts';

const run = promisify(execFile);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-pictures-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MAP = makePng(900, 300, 90);
const TALL = makePng(40, 900, 200);
const files = new Map<string, Uint8Array>([
  ['image:map', MAP],
  ['image:tall', TALL],
  ['image:photo', TINY_JPEG],
  ['image:dot', TINY_GIF],
  ['image:script', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
]);

const asked: string[] = [];

function makeBook(head: Partial<Manuscript> = {}): Manuscript {
  const chapters = [
    { title: 'Dusk', markdown: 'The keeper climbed.\n\n![The "map" of <Skerry> & the sea](image:map)\n\nHe lit the ![lamp](image:dot) himself.' },
    { title: 'Night', markdown: '![](image:photo)\n\nNobody came.\n\n> ![The tower](image:tall)\n\n![The map again](image:map)' },
  ];
  const readPicture = async (address: string): Promise<Uint8Array | null> => {
    asked.push(address);
    return files.get(address) ?? null;
  };
  return { ...makeManuscript(chapters, { title: 'The Lamp', author: 'A. Writer' }), readPicture, ...head };
}

const compile = (format: CompileFormat, book = makeBook()): Promise<CompiledManuscript> => compileManuscript(book, format, { ...quietly(), typesetter: createNodeTypesetter() });

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const partsOf = (bytes: Uint8Array): Map<string, Uint8Array> => new Map(Object.entries(unzipSync(bytes)));
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('pictures', () => {
  it('are files of an EPUB, each once, with their descriptions', async () => {
    const { bytes, manifest } = await compile('epub', makeBook({ cover: 'image:photo' }));
    const parts = partsOf(bytes);
    expect([...parts.keys()].filter((name) => /\.(?:png|jpg|gif)$/.test(name))).toEqual(['EPUB/cover.jpg', 'EPUB/pictures/picture-0001.png', 'EPUB/pictures/picture-0002.gif', 'EPUB/pictures/picture-0003.jpg', 'EPUB/pictures/picture-0004.png']);
    expect(parts.get('EPUB/pictures/picture-0001.png')).toEqual(MAP);
    expect(parts.get('EPUB/cover.jpg')).toEqual(TINY_JPEG);
    expect(parts.has('EPUB/cover.svg')).toBe(false);
    expect(textOf(parts.get('EPUB/chapter-0001.xhtml'))).toContain('<p class="plate"><img src="pictures/picture-0001.png" alt="The &quot;map&quot; of &lt;Skerry&gt; &amp; the sea" width="900" height="300"/></p>');
    expect(textOf(parts.get('EPUB/package.opf'))).toContain('<item id="cover-image" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>');
    expect(readEpub(bytes)[0]?.words.join(' ')).toBe('Dusk The keeper climbed. He lit the himself.');
    expect(manifest.replaced).toBeUndefined();
  });

  it('pass EPUBCheck, beside a cover of the author’s', async () => {
    const { bytes } = await compile('epub', makeBook({ cover: 'image:photo' }));
    const check = run(requireTool('java'), ['-jar', requireTool('epubcheck'), '--failonwarnings', await write('pictures.epub', bytes)]);
    expect(await check.then(() => '', ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr)).toBe('');
  }, 180_000);

  it('stand in a Word document with their descriptions, no wider than its lines and no higher than its page', async () => {
    const { bytes } = await compile('docx');
    const { value, messages } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) });
    expect(messages.filter(({ type }) => type === 'error')).toEqual([]);
    const alts = [...value.matchAll(/<img(?: alt="([^"]*)")? src="data:image\/(\w+);base64,/g)].map(([, alt = '', kind]) => [alt, kind]);
    expect(alts).toEqual([['The &quot;map&quot; of &lt;Skerry&gt; &amp; the sea', 'png'], ['lamp', 'gif'], ['', 'jpeg'], ['The tower', 'png'], ['The map again', 'png']]);
    const document = textOf(partsOf(bytes).get('word/document.xml'));
    const sizes = [...document.matchAll(/<wp:extent cx="(\d+)" cy="(\d+)"\/>/g)].map(([, width, height]) => [Number(width) / 914_400, Number(height) / 914_400]);
    for (const [width, height] of sizes) expect([width! <= 6.5, height! <= 9]).toEqual([true, true]);
    expect(sizes[0]![0]! / sizes[0]![1]!).toBeCloseTo(3, 1);
    expect(document.match(/<adec:decorative /g)).toHaveLength(1);
    const quoted = await compile('docx', { ...makeBook(), chapters: makeManuscript([{ markdown: 'He wrote:\n\n> ![The map](image:map)' }]).chapters });
    const [, width] = /<wp:extent cx="(\d+)"/.exec(textOf(partsOf(quoted.bytes).get('word/document.xml'))) ?? [];
    expect(Number(width) / 914_400).toBeLessThanOrEqual(5.5);
  });

  it('are in an HTML file itself, which loads nothing', async () => {
    const { bytes } = await compile('html');
    const html = textOf(bytes);
    expect([...html.matchAll(/<img src="([^",]*),/g)].map(([, start]) => start)).toEqual(['data:image/png;base64', 'data:image/gif;base64', 'data:image/jpeg;base64', 'data:image/png;base64', 'data:image/png;base64']);
    expect(readHtml(bytes)).toHaveLength(2);
  });

  it('are set on a PDF’s pages with their descriptions, and the same by either engine', async () => {
    const { bytes } = await compile('pdf');
    const path = await write('pictures.pdf', bytes);
    const { stdout } = await run(join(dirname(requireTool('pdftotext')), 'pdfimages'), ['-list', path]);
    expect(stdout.split('\n').slice(2).filter(Boolean).map((line) => line.trim().split(/\s+/).slice(3, 5).join('x'))).toEqual(expect.arrayContaining(['900x300', '3x2', '2x1', '40x900']));
    await run(requireTool('qpdf'), ['--check', path]);
    const { stdout: structure } = await run(join(dirname(requireTool('pdftotext')), 'pdfinfo'), ['-struct-text', path]);
    expect(structure.match(/Figure/g)).toHaveLength(4);
    const wasm = await compileManuscript(makeBook(), 'pdf', { ...quietly(), typesetter: createNodeTypesetter({ engine: 'wasm' }) });
    expect(Buffer.compare(Buffer.from(wasm.bytes), Buffer.from(bytes))).toBe(0);
  }, 180_000);

  it('that end early stand as their descriptions in a PDF, which is made all the same', async () => {
    const book = { ...makeBook(), readPicture: async (address: string) => (address === 'image:map' ? MAP.subarray(0, MAP.length - 40) : (files.get(address) ?? null)) };
    const { bytes, manifest } = await compile('pdf', book);
    expect(manifest.replaced).toEqual(['A picture stands as its description, “The "map" of <Skerry> & the sea”: its file is damaged']);
    const { stdout } = await run(requireTool('pdftotext'), [await write('damaged.pdf', bytes), '-']);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/The keeper climbed\. The "map" of <Skerry> & the sea He lit/);
  });

  it('of a format that has none stand as their descriptions, and are listed', async () => {
    for (const format of ['text', 'markdown'] as const) {
      const { bytes, manifest } = await compile(format);
      expect(textOf(bytes)).toMatch(/He lit the lamp himself\./);
      expect(textOf(bytes)).not.toContain('image:');
      expect(manifest.replaced).toContain('A picture stands as its description, “lamp”: this format has no pictures');
      expect(manifest.replaced).toContain('A picture without a description was left out: this format has no pictures');
    }
  });

  it('that are missing, no picture, or on the web stand as their descriptions; no network is asked', async () => {
    asked.length = 0;
    const markdown = 'a ![gone](image:gone) b ![script](image:script) c ![far](https://example.org/a.png) d ![near](//example.org/b.png) e';
    for (const format of ['epub', 'html', 'docx', 'pdf'] as const) {
      const { manifest } = await compile(format, { ...makeBook({ cover: 'image:gone' }), chapters: makeManuscript([{ markdown }]).chapters });
      expect(manifest.replaced).toEqual([
        'The picture of the cover is missing; a drawn cover stands for it',
        'A picture stands as its description, “gone”: its file is missing',
        'A picture stands as its description, “script”: its file is missing',
        'A picture stands as its description, “far”: https://example.org/a.png',
        'A picture stands as its description, “near”: //example.org/b.png',
      ]);
    }
    expect(new Set(asked)).toEqual(new Set(['image:gone', 'image:script']));
  });
});
