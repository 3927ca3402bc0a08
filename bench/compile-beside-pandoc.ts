/**
 * DOCX, EPUB and HTML by `npm run compile`, beside pandoc on the same Markdown and beside the limit, a zip of parts that are
 * made already: programs of their own, in turn, each from its start to its end. Of time, both the clock's and the
 * processor's must hold: where other things run, pandoc loses more by the clock than by the processor.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { ensureTools, requireTool } from '../scripts/tools.ts';
import { median, type Figure } from './figures.ts';
import { measureChild, medianRatio, type ChildCost } from './measure-child.ts';
import { writeSampleBook, type SampleBook } from './sample-book.ts';

const ROUNDS = 5;
const LIMITS = { docx: 0.3, epub: 0.18, html: 0.2 } as const;
const MEMORY_LIMIT = 0.5;
/** Of the time a word takes in the shorter book, in the longer one. */
const GROWTH_LIMIT = 1.1;
const SHORT = 100_000;

type Format = keyof typeof LIMITS;
type Runs = Record<'recto' | 'pandoc' | 'limit', ChildCost[]>;

const root = join(import.meta.dirname, '..');
/** What follows `node` in `npm run compile`. */
const COMPILE = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { compile: string } }).scripts.compile.split(' ').slice(1);

/** What comes out, in parts: what the limit begins with. */
function unpack(file: string, into: string): void {
  mkdirSync(into, { recursive: true });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), bytes);
  }
}

async function measure(book: SampleBook, format: Format): Promise<Runs> {
  const pandoc = requireTool('pandoc');
  const [ours, theirs, parts] = ['ours', 'theirs', 'parts'].map((name) => join(book.folder, `${name}.${format}`)) as [string, string, string];
  const recto = (): Promise<ChildCost> => measureChild(process.execPath, [...COMPILE, book.folder, '--format', format, '--out', ours], { cwd: root });
  // Files and compiled code are in caches then, for all three.
  await recto();
  if (format === 'html') copyFileSync(ours, parts);
  else unpack(ours, parts);
  const runs: Runs = { recto: [], pandoc: [], limit: [] };
  for (let round = 0; round < ROUNDS; round++) {
    runs.recto.push(await recto());
    runs.pandoc.push(await measureChild(pandoc, ['--standalone', '-f', 'markdown', book.markdown, '-o', theirs]));
    runs.limit.push(await measureChild(process.execPath, [join(import.meta.dirname, 'peers/ready-made-parts.ts'), parts, `${parts}.out`]));
  }
  return runs;
}

const middle = (runs: readonly ChildCost[], of: keyof ChildCost, digits = 2): string => median(runs.map((run) => run[of])).toFixed(digits);

function besidePandoc(what: string, format: Format, { recto, pandoc }: Runs): Figure[] {
  const wall = medianRatio(recto, pandoc, 'seconds');
  const processor = medianRatio(recto, pandoc, 'cpuSeconds');
  const memory = medianRatio(recto, pandoc, 'peakMegabytes');
  return [
    {
      name: `${what}, time beside pandoc`,
      figure: `${wall.toFixed(2)}× (${middle(recto, 'seconds')} s : ${middle(pandoc, 'seconds')} s), of the processor ${processor.toFixed(2)}× (${middle(recto, 'cpuSeconds')} s : ${middle(pandoc, 'cpuSeconds')} s)`,
      limit: `≤ ${LIMITS[format]}×`,
      ok: Math.max(wall, processor) <= LIMITS[format],
    },
    {
      name: `${what}, peak memory beside pandoc`,
      figure: `${memory.toFixed(2)}× (${middle(recto, 'peakMegabytes', 0)} MB : ${middle(pandoc, 'peakMegabytes', 0)} MB)`,
      limit: `≤ ${MEMORY_LIMIT}×`,
      ok: memory <= MEMORY_LIMIT,
    },
  ];
}

/** Nobody can be below 1× here: what is above it is reading, setting, checking and counting. */
function besideLimit(what: string, { recto, limit }: Runs): Figure {
  const processor = medianRatio(recto, limit, 'cpuSeconds');
  return {
    name: `${what}, processor’s time beside a zip of ready-made parts`,
    figure: `${processor.toFixed(2)}× (${middle(recto, 'cpuSeconds')} s : ${middle(limit, 'cpuSeconds')} s), memory ${medianRatio(recto, limit, 'peakMegabytes').toFixed(2)}×`,
    limit: 'to compare',
    ok: true,
  };
}

function growth(format: Format, words: number, long: Runs, short: Runs): Figure {
  const time = medianRatio(long.recto, short.recto, 'cpuSeconds') / words;
  return {
    name: `${format.toUpperCase()}, processor’s time of a word in the long book beside the short one`,
    figure: `${time.toFixed(2)}×, peak memory of a word ${(medianRatio(long.recto, short.recto, 'peakMegabytes') / words).toFixed(2)}×`,
    limit: `≤ ${GROWTH_LIMIT}×`,
    ok: time <= GROWTH_LIMIT,
  };
}

export async function run(): Promise<Figure[]> {
  ensureTools(['pandoc']);
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    const [short, long] = [writeSampleBook(join(folder, 'short'), SHORT), writeSampleBook(join(folder, 'long'))];
    const figures: Figure[] = [];
    for (const format of Object.keys(LIMITS) as Format[]) {
      const [inShort, inLong] = [await measure(short, format), await measure(long, format)];
      const name = ({ words }: SampleBook): string => `${format.toUpperCase()} of ${(Math.round(words / 1000) * 1000).toLocaleString('en')} words`;
      figures.push(...besidePandoc(name(short), format, inShort), ...besidePandoc(name(long), format, inLong));
      figures.push(besideLimit(name(long), inLong), growth(format, long.words / short.words, inLong, inShort));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
