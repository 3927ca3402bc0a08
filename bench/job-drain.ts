/**
 * How fast queued jobs of a processor that does nothing drain, through processes, store and events, beside a bare JetStream consumer
 * that writes the same rows to SQLite; and whether memory stays where it is over a hundred thousand.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { startChildServer } from './child-server.ts';
import { median, type Figure } from './figures.ts';
import { queueJobs } from './nothing/queue-jobs.ts';
import { drainBareConsumer } from './peers/bare-consumer.ts';

const JOBS = 10_000;
const MANY_JOBS = 100_000;
const ROUNDS = 3;
const LIMIT = 0.5;
/** Of the resident memory after the first fifth, at the end. */
const GROWTH_LIMIT = 1.25;

export async function run(): Promise<Figure[]> {
  const rates: { our: number; their: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push({ their: await drainBareConsumer(JOBS), our: (await drain(JOBS)).perSecond });
  const [our, their] = [median(rates.map((rate) => rate.our)), median(rates.map((rate) => rate.their))];
  const ratio = median(rates.map((rate) => rate.our / rate.their));
  const { perSecond, megabytes } = await drain(MANY_JOBS);
  const warm = median(megabytes.slice(Math.floor(megabytes.length / 5), Math.ceil((2 * megabytes.length) / 5)));
  const last = median(megabytes.slice(-Math.ceil(megabytes.length / 5)));
  return [
    {
      name: 'queued jobs of a processor that does nothing, a second, beside a bare JetStream consumer that writes the same rows',
      figure: `${ratio.toFixed(2)}× (${our.toFixed(0)} : ${their.toFixed(0)})`,
      limit: `≥ ${LIMIT}×`,
      ok: ratio >= LIMIT,
    },
    {
      name: `memory of the server over ${MANY_JOBS.toLocaleString('en')} jobs, the last fifth beside the second`,
      figure: `${(last / warm).toFixed(2)}× (${last.toFixed(0)} MB : ${warm.toFixed(0)} MB, ${perSecond.toFixed(0)} jobs/s)`,
      limit: `≤ ${GROWTH_LIMIT}×`,
      ok: last / warm <= GROWTH_LIMIT,
    },
  ];
}

async function drain(jobs: number): Promise<{ perSecond: number; megabytes: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  await queueJobs(folder, jobs);
  const server = await startChildServer(join(import.meta.dirname, 'nothing/nothing-server.ts'), [], { RECTO_DATA_DIR: folder, RECTO_PORT: '0' });
  const database = new SqliteFile(join(folder, 'recto.db'), { readonly: true });
  try {
    const waiting = database.prepare<[], number>(`SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')`).pluck();
    const megabytes: number[] = [];
    while (Number(waiting.get()) > 0) {
      megabytes.push(readResident(server.pid));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    // By the server's own clock: how long it takes to start is not asked here.
    const { first, last, done } = database.prepare(`SELECT min(updated_at) AS first, max(updated_at) AS last, count(*) AS done FROM jobs WHERE state = 'done'`).get() as Record<'first' | 'last' | 'done', number>;
    if (done !== jobs) throw new Error(`${done} of ${jobs} jobs were done.`);
    return { perSecond: (done / (last - first)) * 1000, megabytes };
  } finally {
    database.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the kernel's account, in megabytes. */
function readResident(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
