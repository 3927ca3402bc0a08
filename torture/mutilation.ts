/** The server's database file and a backup, mutilated: the start and the restore say so by name, and nothing of them is ever served. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { restore } from '#sync-server/backup/restore.ts';
import { startServer } from '#sync-server/server.ts';
import { mutilate } from './mutilation/mutilate.ts';
import { copyTo, listFiles, makeVictim, readRows, settingsOf, sourcesOf, type Victim } from './mutilation/victim.ts';
import { repeatRuns, type RunPart } from './part.ts';
import { createRandom, type Random } from './random.ts';

export const run: RunPart = async (options) => {
  const victim = await makeVictim();
  const folder = mkdtempSync(join(tmpdir(), 'recto-mutilated-'));
  const tally = new Map<string, number>();
  try {
    const outcome = await repeatRuns(options, async (seed) => {
      const what = await mutilateOnce(victim, folder, createRandom(seed));
      tally.set(what, (tally.get(what) ?? 0) + 1);
    });
    outcome.figures.push([...tally].map(([what, times]) => `${times} × ${what}`).join(', '));
    return outcome;
  } finally {
    victim.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function mutilateOnce(victim: Victim, folder: string, random: Random): Promise<string> {
  const kind = random.below(4);
  if (kind === 0) return await mutilateStopped(victim, folder, random);
  return kind === 1 ? mutilateBackup(victim, folder, random) : await mutilateKilled(victim, folder, random, kind === 2 ? 'recto.db' : 'recto.db-wal');
}

/** Every byte counts: whatever was changed, the server does not start. */
async function mutilateStopped(victim: Victim, folder: string, random: Random): Promise<string> {
  copyTo(victim.stopped, folder);
  const file = join(folder, 'recto.db');
  const what = mutilate(file, random);
  const refusal = await tryToStart(folder);
  if (refusal === null) throw new Error(`The server started on a file in which ${what}.`);
  requireNamed(refusal, file, what);
  return 'refused at start';
}

/** With the log of a server that was killed: it does not start, or nothing that anyone can read is other than it was. */
async function mutilateKilled(victim: Victim, folder: string, random: Random, name: string): Promise<string> {
  copyTo(victim.killed, folder);
  const before = readRows(folder);
  copyTo(victim.killed, folder);
  const what = mutilate(join(folder, name), random);
  const refusal = await tryToStart(folder);
  if (refusal === null) {
    if (readRows(folder) !== before) throw new Error(`After a crash the server served other rows than it was given, where in ${name} ${what}.`);
    return `after a crash, in bytes of ${name} that are not the last of their place, or that no row uses`;
  }
  requireNamed(refusal, join(folder, 'recto.db'), what);
  return `${name} refused at start after a crash`;
}

function mutilateBackup(victim: Victim, folder: string, random: Random): string {
  copyTo(victim.backup, join(folder, 'backup'));
  const dataDir = join(folder, 'data');
  copyTo(victim.stopped, dataDir);
  const backup = join(folder, 'backup');
  const path = random.pick(listFiles(backup));
  const what = mutilate(path, random);
  try {
    restore(sourcesOf(dataDir), backup, Date.now());
  } catch (error) {
    requireNamed(error, relative(backup, path), what);
    if (readRows(dataDir) !== readRows(victim.stopped) || readdirSync(dataDir).some((name) => /restor/.test(name))) throw new Error('A restore that was refused changed what was there.', { cause: error });
    return 'refused at restore';
  }
  throw new Error(`A backup was put back in which ${what}: ${relative(backup, path)}.`);
}

async function tryToStart(dataDir: string): Promise<unknown> {
  try {
    const server = await startServer(settingsOf(dataDir));
    await server.close();
    return null;
  } catch (error) {
    return error;
  }
}

const CODES: readonly string[] = ['storage_damaged', 'storage_failed', 'storage_newer', 'file_unreadable'];

function requireNamed(error: unknown, name: string, what: string): void {
  if (error instanceof RectoError && CODES.includes(error.code) && error.message.includes(name)) return;
  throw new Error(`It was not named that ${what}: ${String(error)}`, { cause: error });
}
