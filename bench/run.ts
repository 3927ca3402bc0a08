/**
 * `npm run bench [-- part …]`: every figure of the README, each as a ratio to a named peer measured in the same run.
 * Parts: the names of the files beside this one that export `run`.
 */
import type { Figure } from './figures.ts';

const PARTS = ['sync-throughput', 'sync-latency', 'open-book', 'editor-key-to-paint', 'compile-beside-pandoc', 'compile-pdf', 'mirror-write', 'mirror-keystroke', 'history-keystroke', 'pdf-keystroke', 'history-size', 'desktop-start', 'event-latency', 'job-drain', 'backup-under-load', 'merge', 'start-up-scale'] as const;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PARTS.some((part) => part === name));
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. Parts: ${PARTS.join(', ')}.`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const part of PARTS.filter((name) => asked.length === 0 || asked.includes(name))) {
  console.error(`${part} …`);
  const { run } = (await import(`./${part}.ts`)) as { run(): Promise<Figure[]> };
  figures.push(...(await run()));
}

const width = Math.max(...figures.map((figure) => figure.name.length));
for (const { name, figure, limit, ok } of figures) console.log(`${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${figure}  (${limit})`);
// Playwright and the servers of the parts are closed by now; what a library left open must not keep a terminal.
process.exit(figures.every((figure) => figure.ok) ? 0 : 1);
