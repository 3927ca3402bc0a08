import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Database as Sqlite } from 'better-sqlite3';
import { readLog } from './log-damage.ts';

/** How far a server's database was when a write was last acknowledged. */
interface Mark {
  epoch: string;
  /** Of the log (log-damage.ts), and how many of its frames were on the disk. */
  salt: string;
  frames: number;
  /** The number of the last event: numbers that only rise, and never come again. */
  events: number;
}

/**
 * Notes after each commit how far the database is, in a file beside it that is not waited for: a kill of the server leaves it as it is, a
 * power cut perhaps an older one. What is noted was on the disk before, so whatever a start finds to be less was lost since: the end of the
 * log, all of it, or the newer file in whose place somebody copied an older one.
 */
export interface CommitMark {
  note(): void;
  /** Before the database is closed. */
  close(): void;
}

const LENGTH = 256;
const pathOf = (file: string): string => `${file}.mark`;
const EVENTS = `SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)`;

export function createCommitMark(sqlite: Sqlite, epoch: string): CommitMark {
  const logOf = sqlite.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
  const events = sqlite.prepare<[], number>(EVENTS).pluck();
  const salt = Buffer.alloc(8);
  let open: { log?: number; mark?: number } = {};
  return {
    note: () => {
      try {
        open.log ??= openSync(`${sqlite.name}-wal`, 'r');
        open.mark ??= openSync(pathOf(sqlite.name), 'w', 0o600);
        readSync(open.log, salt, 0, 8, 16);
        const mark: Mark = { epoch, salt: salt.toString('hex'), frames: logOf.get()!.log, events: events.get()! };
        writeSync(open.mark, formatMark(mark), 0, 'latin1');
      } catch (error) {
        // Where there is no room for it, the log alone tells. What is committed is committed.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      }
    },
    close: () => {
      const files = Object.values(open);
      // Closed once more, their numbers may be another's files.
      open = {};
      for (const file of files) closeSync(file);
    },
  };
}

export function removeMark(file: string): void {
  rmSync(pathOf(file), { force: true });
}

function formatMark(mark: Mark): string {
  const text = JSON.stringify(mark);
  return JSON.stringify({ mark, crc: crc32(text) }).padEnd(LENGTH);
}

/** Null: there is none, or none that is whole. */
function readMark(file: string): Mark | null {
  if (!existsSync(pathOf(file))) return null;
  try {
    const text = readFileSync(pathOf(file), 'latin1');
    const { mark } = JSON.parse(text) as { mark: Mark };
    return formatMark(mark) === text ? mark : null;
  } catch {
    return null;
  }
}

/** What is damaged in the log of a database that nobody has opened yet, as a phrase; null: nothing. Beside a running server, too. */
export function findLogDamage(file: string): string | null {
  // First the mark: the log of a running server goes on.
  const mark = readMark(file);
  const { salt, frames, damage } = readLog(`${file}-wal`);
  if (damage !== null || mark === null || mark.salt !== salt || frames >= mark.frames) return damage;
  return `the log of writes beside it ends early: ${frames} of ${mark.frames} frames are whole`;
}

/** Whether the database lacks writes that it had, as a phrase; null: it does not. */
export function findForgotten(sqlite: Sqlite, epoch: string): string | null {
  const mark = readMark(sqlite.name);
  const events = Number(sqlite.prepare(EVENTS).pluck().get());
  if (mark?.epoch !== epoch || events >= mark.events) return null;
  return `it has gone back in time, and lacks its last ${mark.events - events} events: its log of writes is gone, or an older copy of it was put here`;
}
