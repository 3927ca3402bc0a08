/** Pictures of compiled files: an e-book's pages in Chromium, a Word manuscript's as LibreOffice lays them out, a printer's PDF. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type LaunchOptions } from '@playwright/test';
import { unzipSync } from 'fflate';
import { compileManuscript } from '#processors/book-compiler/compile-manuscript.ts';
import { readRealBook } from '#processors/book-compiler/test-support/real-books.ts';
import type { CompileFormat, Manuscript } from '#processors/contract/manuscript.ts';
import { createNodeTypesetter } from '#processors/hosts/node/typesetter.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { findTool, requireTool } from '../scripts/tools.ts';
import { drawSheets } from './electron/draw-surfaces.ts';
import { openBoard } from './native-pictures.ts';

/** @param folder where the pictures go */
export async function takeManuscriptPictures(folder: string, launchOptions: LaunchOptions): Promise<void> {
  const browser = await chromium.launch(launchOptions);
  const files = mkdtempSync(join(tmpdir(), 'recto-pages-'));
  try {
    const draw = await openBoard(browser, folder, 1800);
    await draw('manuscript-epub', drawSheets(await shootEpub(browser, files)));
    const typescript = await makeTypescript(files);
    await draw('manuscript-modern', drawSheets([1, 2, 3, lastPage(typescript)].map((page) => drawPage(typescript, page, 48))));
    const print = join(files, 'print.pdf');
    writeFileSync(print, await compile('pdf', { drop_caps: true }));
    // A chapter begins with these words; the introduction tells of them.
    const first = findPages(print, 'dreary night of November').at(-1) ?? 1;
    await draw('manuscript-print', drawSheets([1, first, first + 1, first + 2].map((page) => drawPage(print, page, 68))));
  } finally {
    await browser.close();
    rmSync(files, { recursive: true });
  }
}

/** @param isBook it has a book's front matter */
function frankenstein(isBook: boolean): Manuscript {
  return {
    ...readRealBook('frankenstein'),
    subtitle: 'or, The Modern Prometheus',
    contact: 'Mary Shelley\n24 Chester Square\nLondon',
    ...(isBook && { matter: [{ kind: 'title-page', text: '' }, { kind: 'dedication', text: 'To William Godwin' }, { kind: 'contents', text: '' }] }),
  };
}

async function compile(format: CompileFormat, layout: CompileLayout): Promise<Uint8Array> {
  return (await compileManuscript(frankenstein(layout.style === undefined), format, { signal: new AbortController().signal, onProgress: () => undefined, layout, typesetter: createNodeTypesetter() })).bytes;
}

/** As a small reader shows it: cover, contents, and a chapter's beginning. */
async function shootEpub(browser: Browser, folder: string): Promise<Buffer[]> {
  const book = unzipSync(await compile('epub', {}));
  for (const [name, content] of Object.entries(book)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const page = await browser.newPage({ viewport: { width: 400, height: 600 } });
  const shots: Buffer[] = [];
  for (const name of ['cover', 'title-page', 'nav', 'chapter-0004']) {
    await page.goto(pathToFileURL(join(folder, `EPUB/${name}.xhtml`)).href);
    // A reading system gives the margins.
    await page.addStyleTag({ content: ':root { background: #fff; padding: 24px; box-sizing: border-box; }' });
    shots.push(await page.screenshot());
  }
  return shots;
}

/** The Word document as LibreOffice prints it; where there is none, the PDF that says the same. */
async function makeTypescript(folder: string): Promise<string> {
  const path = join(folder, 'typescript.pdf');
  const soffice = findTool('soffice');
  const layout: CompileLayout = { style: 'manuscript-modern' };
  if (!soffice) writeFileSync(path, await compile('pdf', layout));
  else {
    writeFileSync(join(folder, 'typescript.docx'), await compile('docx', layout));
    execFileSync(soffice, ['--headless', `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`, '--convert-to', 'pdf', '--outdir', folder, join(folder, 'typescript.docx')], { stdio: 'ignore' });
  }
  return path;
}

const poppler = (name: string, ...args: string[]): Buffer => execFileSync(join(dirname(requireTool('pdftotext')), name), args, { maxBuffer: 1 << 28 });

const lastPage = (path: string): number => Number(/Pages:\s+(\d+)/.exec(poppler('pdfinfo', path).toString())?.[1]);

/** Pages, from 1, that have these words. */
function findPages(path: string, words: string): number[] {
  const pages = poppler('pdftotext', path, '-').toString().split('\f');
  return pages.flatMap((text, index) => (text.replace(/\s+/g, ' ').includes(words) ? [index + 1] : []));
}

function drawPage(path: string, page: number, dotsPerInch: number): Buffer {
  poppler('pdftoppm', '-r', String(dotsPerInch), '-f', String(page), '-singlefile', '-png', path, `${path}-page`);
  return readFileSync(`${path}-page.png`);
}
