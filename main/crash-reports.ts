/** What went wrong in the program itself, as text files on this computer. They are sent nowhere, and hold nothing of the author's texts. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CrashReports {
  readonly folder: string;
  /** Writes one and lets the oldest go. @returns its name; null: it could not be written, which must stop nobody */
  write(what: string, thrown: unknown): string | null;
  /** Names, oldest first. */
  list(): string[];
}

export interface CrashReportParts {
  folder: string;
  version: string;
  system: string;
  now(): Date;
}

const MOST = 20;
const MOST_CHARACTERS = 20_000;

export function createCrashReports({ folder, version, system, now }: CrashReportParts): CrashReports {
  const list = (): string[] => {
    try {
      return readdirSync(folder).filter((name) => /^crash-.*\.txt$/.test(name)).toSorted();
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw thrown;
    }
  };
  let count = 0;
  return {
    folder,
    list,
    write(what, thrown) {
      const at = now();
      count += 1;
      // Several in one millisecond keep their order.
      const name = `crash-${at.toISOString().replaceAll(':', '-')}-${String(count).padStart(4, '0')}.txt`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, name), formatReport({ what, thrown, at, version, system }), { mode: 0o600 });
        for (const old of list().slice(0, -MOST)) rmSync(join(folder, old), { force: true });
        return name;
      } catch (failure) {
        // A full disk: there is the console, and the program goes on.
        console.error('A crash report could not be written:', failure, thrown);
        return null;
      }
    },
  };
}

function formatReport({ what, thrown, at, version, system }: { what: string; thrown: unknown; at: Date; version: string; system: string }): string {
  return [`Recto ${version} on ${system}`, at.toISOString(), what, '', describeError(thrown)].join('\n').slice(0, MOST_CHARACTERS) + '\n';
}

/**
 * Name, code and stack, and the same of its causes. A message may quote what was being worked on, so what stands in
 * quotation marks, and whatever is long, goes out of it.
 */
export function describeError(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return `Thrown: ${typeof thrown}`;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` [${thrown.code}]` : '';
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = thrown.cause !== undefined && depth < 5 ? [`Caused by ${describeError(thrown.cause, depth + 1)}`] : [];
  return [`${thrown.name}${code}: ${withoutTexts(thrown.message)}`, ...frames, ...cause].join('\n');
}

function withoutTexts(message: string): string {
  const plain = message.split('\n', 1)[0]?.replaceAll(/"[^"]*"|“[^”]*”|‘[^’]*’|`[^`]*`|(?<!\w)'[^']*'(?!\w)/gu, '…') ?? '';
  return plain.length > 300 ? `${plain.slice(0, 300)}…` : plain;
}
