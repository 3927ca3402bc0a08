/** Reads PDFs by other programs: Poppler’s and qpdf. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { requireTool } from '#scripts/tools.ts';

const run = promisify(execFile);

export interface ReadPdf {
  /** The text of each page between its head and its foot. */
  pages: string[];
  /** Of each page, what stands above its text. */
  heads: string[];
  /** What pdfinfo says, by name. */
  info: Map<string, string>;
  fonts: { name: string; embedded: boolean }[];
  /** Those of the text, page by page, from the top. */
  lines: Line[];
  /** What qpdf finds wrong. */
  faults: string;
}

/** Where a line stands, in points from the page’s left and top. */
export interface Line {
  page: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  text: string;
}

/** @param area what is text of a page, in points from its top */
export async function readPdf(bytes: Uint8Array, area = { top: 40, bottom: 545 }): Promise<ReadPdf> {
  const folder = await mkdtemp(join(tmpdir(), 'recto-pdf-'));
  const path = join(folder, 'book.pdf');
  const poppler = (name: string, ...args: string[]): Promise<string> => run(join(dirname(requireTool('pdftotext')), name), [...args], { maxBuffer: 1e9 }).then(({ stdout }) => stdout);
  const readArea = async (top: number, bottom: number): Promise<string[]> => (await poppler('pdftotext', '-raw', '-x', '0', '-y', String(top), '-W', '2000', '-H', String(bottom - top), path, '-')).split('\f').slice(0, -1);
  try {
    await writeFile(path, bytes);
    const [pages, heads, info, fonts, boxes, faults] = await Promise.all([
      readArea(area.top, area.bottom),
      readArea(0, area.top),
      poppler('pdfinfo', path),
      poppler('pdffonts', path),
      poppler('pdftotext', '-bbox-layout', path, '-'),
      run(requireTool('qpdf'), ['--check', path]).then(() => '', (error: { stdout: string; stderr: string }) => error.stdout + error.stderr),
    ]);
    return { pages, heads, info: new Map(info.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])), fonts: fonts.split('\n').slice(2).filter(Boolean).map(readFont), lines: readLines(boxes, area), faults };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A line of pdffonts ends with: emb, sub, uni, object and generation. */
function readFont(line: string): { name: string; embedded: boolean } {
  return { name: line.split(/\s/)[0]!.replace(/^[A-Z]{6}\+/, ''), embedded: line.trim().split(/\s+/).at(-5) === 'yes' };
}

function readLines(boxes: string, area: { top: number; bottom: number }): Line[] {
  return boxes.split('<page ').slice(1).flatMap((page, index) =>
    [...page.matchAll(/<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/line>/gs)]
      .map(([, left, top, right, bottom, words]) => ({ page: index + 1, left: Number(left), right: Number(right), top: Number(top), bottom: Number(bottom), text: words!.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ').trim() }))
      .filter(({ top, bottom }) => top >= area.top && bottom <= area.bottom),
  );
}

/** The words of pages in the order of the file, divided ones joined; asterisks by themselves are scene breaks. */
export function wordsOfPages(pages: readonly string[]): string[] {
  return joinHyphens(pages.join('\n').replace(/\u00ad\s*/g, '')).split(/\s+/).filter((word) => word !== '' && word !== '*');
}

/** A line may end behind a hyphen or a dash, which then stands before a space. */
export function joinHyphens(text: string): string {
  return text.replace(/([-–—])\s+/g, '$1');
}
