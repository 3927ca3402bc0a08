/**
 * A printed book as PDF by `npm run compile`, beside the limit, the same engine with bare paragraphs, and beside what else makes
 * pages of the book: Chromium of Recto’s HTML and LibreOffice of its DOCX. Programs of their own, in turn, each from its start to its
 * end. Of time, the clock’s and the processor’s are given; beside the limit the lower one must hold, since one sets chapters side by
 * side where a core is free, and the other can’t. Of the peers, which are several processes, only the largest one’s memory is counted.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureTools, findTool, requireTool } from '../scripts/tools.ts';
import { median, type Figure } from './figures.ts';
import { measureChild, medianRatio, type ChildCost } from './measure-child.ts';
import { measureTree } from './measure-tree.ts';
import { writeSampleBook, type SampleBook } from './sample-book.ts';

const ROUNDS = 3;
const LIMITS = { 'bare Typst': 1.15, Chromium: 0.35, LibreOffice: 0.35 } as const;
const MEMORY_LIMIT = 0.5;
/** Of the time a word takes in the shorter book, in the longer one. */
const GROWTH_LIMIT = 1.1;
const SHORT = 100_000;

type Peer = keyof typeof LIMITS;
type Runs = Record<'recto' | Peer, ChildCost[]>;

const root = join(import.meta.dirname, '..');

function compile(folder: string, format: string): Promise<ChildCost> {
  return measureChild(process.execPath, ['--import', './scripts/keep-compiled-code.mjs', 'scripts/compile.ts', folder, '--format', format, '--out', join(folder, `book.${format}`)], { cwd: root });
}

async function measure({ folder }: SampleBook): Promise<Runs> {
  for (const format of ['html', 'docx', 'pdf']) await compile(folder, format);
  const soffice = findTool('soffice');
  const at = (name: string): string => join(folder, name);
  const runs: Runs = { recto: [], 'bare Typst': [], Chromium: [], LibreOffice: [] };
  for (let round = 0; round < ROUNDS; round++) {
    runs.recto.push(await compile(folder, 'pdf'));
    runs['bare Typst'].push(await measureChild(process.execPath, [join(import.meta.dirname, 'peers/bare-typst.ts'), folder, at('bare.pdf')]));
    runs.Chromium.push(await measureTree(requireTool('chromium'), ['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer', `--user-data-dir=${at('chromium')}`, '--timeout=600000', `--print-to-pdf=${at('chromium.pdf')}`, pathToFileURL(at('book.html')).href]));
    if (soffice) runs.LibreOffice.push(await measureTree(soffice, [`-env:UserInstallation=${pathToFileURL(at('libreoffice')).href}`, '--headless', '--convert-to', 'pdf', '--outdir', at('by-libreoffice'), at('book.docx')]));
  }
  return runs;
}

const middle = (runs: readonly ChildCost[], of: keyof ChildCost, digits = 2): string => median(runs.map((run) => run[of])).toFixed(digits);

function beside(what: string, peer: Peer, { recto, [peer]: theirs }: Runs): Figure[] {
  if (theirs.length === 0) return [];
  const [wall, processor, memory] = (['seconds', 'cpuSeconds', 'peakMegabytes'] as const).map((of) => medianRatio(recto, theirs, of)) as [number, number, number];
  const time: Figure = {
    name: `${what}, time beside ${peer}`,
    figure: `${wall.toFixed(2)}× (${middle(recto, 'seconds')} s : ${middle(theirs, 'seconds')} s), of the processor ${processor.toFixed(2)}× (${middle(recto, 'cpuSeconds')} s : ${middle(theirs, 'cpuSeconds')} s)`,
    limit: `≤ ${LIMITS[peer]}×`,
    ok: (peer === 'bare Typst' ? Math.min(wall, processor) : Math.max(wall, processor)) <= LIMITS[peer],
  };
  const inMemory: Figure = {
    name: `${what}, peak memory beside ${peer}`,
    figure: `${memory.toFixed(2)}× (${middle(recto, 'peakMegabytes', 0)} MB : ${middle(theirs, 'peakMegabytes', 0)} MB)`,
    limit: peer === 'bare Typst' ? 'to compare' : `≤ ${MEMORY_LIMIT}×`,
    ok: peer === 'bare Typst' || memory <= MEMORY_LIMIT,
  };
  return [time, inMemory];
}

export async function run(): Promise<Figure[]> {
  const missing = ensureTools(['chromium', 'soffice']);
  if (missing.some(({ name }) => name === 'soffice')) console.error('LibreOffice is not on this machine: it is not compared.');
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    const [short, long] = [writeSampleBook(join(folder, 'short'), SHORT), writeSampleBook(join(folder, 'long'))];
    const [inShort, inLong] = [await measure(short), await measure(long)];
    const name = ({ words }: SampleBook): string => `PDF of ${(Math.round(words / 1000) * 1000).toLocaleString('en')} words`;
    const words = long.words / short.words;
    const time = medianRatio(inLong.recto, inShort.recto, 'cpuSeconds') / words;
    return [
      ...(Object.keys(LIMITS) as Peer[]).flatMap((peer) => [...beside(name(short), peer, inShort), ...beside(name(long), peer, inLong)]),
      {
        name: 'PDF, processor’s time of a word in the long book beside the short one',
        figure: `${time.toFixed(2)}×, peak memory of a word ${(medianRatio(inLong.recto, inShort.recto, 'peakMegabytes') / words).toFixed(2)}×`,
        limit: `≤ ${GROWTH_LIMIT}×`,
        ok: time <= GROWTH_LIMIT,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
