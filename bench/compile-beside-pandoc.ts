/** EPUB and DOCX of the 563,000-word book by `npm run compile`, beside pandoc on the same Markdown, in turn. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTool } from '../scripts/tools.ts';
import { median, type Figure } from './figures.ts';
import { measureChild, medianRatio, type ChildCost } from './measure-child.ts';

const ROUNDS = 5;
const LIMITS = { epub: 0.25, docx: 0.35 } as const;
const root = join(import.meta.dirname, '..');
const book = join(root, 'manuscripts/war-and-peace');

function writeOneMarkdown(file: string): void {
  const { title, author, language, chapters } = JSON.parse(readFileSync(join(book, 'book.json'), 'utf8')) as {
    title: string;
    author: string;
    language: string;
    chapters: { file: string; title: string }[];
  };
  const text = chapters.map((chapter) => `# ${chapter.title}\n\n${readFileSync(join(book, chapter.file), 'utf8')}`).join('\n\n');
  writeFileSync(file, `---\ntitle: ${title}\nauthor: ${author}\nlang: ${language}\n---\n\n${text}`);
}

function toFigures(format: keyof typeof LIMITS, ours: ChildCost[], theirs: ChildCost[]): Figure[] {
  const time = medianRatio(ours, theirs, 'seconds');
  const memory = medianRatio(ours, theirs, 'peakMegabytes');
  const seconds = (runs: ChildCost[]): string => median(runs.map((run) => run.seconds)).toFixed(2);
  const megabytes = (runs: ChildCost[]): string => median(runs.map((run) => run.peakMegabytes)).toFixed(0);
  const name = format.toUpperCase();
  return [
    { name: `${name} of 563,000 words, time beside pandoc`, figure: `${time.toFixed(2)}× (${seconds(ours)} s : ${seconds(theirs)} s)`, limit: `≤ ${LIMITS[format]}×`, ok: time <= LIMITS[format] },
    { name: `${name} of 563,000 words, peak memory beside pandoc`, figure: `${memory.toFixed(2)}× (${megabytes(ours)} MB : ${megabytes(theirs)} MB)`, limit: '≤ 0.5×', ok: memory <= 0.5 },
  ];
}

export async function run(): Promise<Figure[]> {
  const pandoc = requireTool('pandoc');
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    const markdown = join(folder, 'book.md');
    writeOneMarkdown(markdown);
    const figures: Figure[] = [];
    for (const format of ['epub', 'docx'] as const) {
      const ours: ChildCost[] = [];
      const theirs: ChildCost[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await measureChild(process.execPath, [join(root, 'scripts/compile.ts'), book, '--format', format, '--out', join(folder, `ours.${format}`)]));
        theirs.push(await measureChild(pandoc, ['-f', 'markdown', markdown, '-o', join(folder, `theirs.${format}`)]));
      }
      figures.push(...toFigures(format, ours, theirs));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
