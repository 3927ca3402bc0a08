/** A folder that appears whole or not at all. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createFreeNames } from '#processors/library-export/free-names.ts';
import type { ExportTarget } from '#processors/library-export/write-library.ts';
import { RectoError } from '#schemas/errors.ts';
import { explainWriteTrouble } from '../files/file-trouble.ts';
import { syncFolder } from '../files/write-beside.ts';

const TEMPORARY = /^\.recto-export-[0-9a-f]{16}$/;
const DAY_MS = 86_400_000;

export interface ExportFolder extends ExportTarget {
  finish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * @param place where it is to be; an empty folder there is replaced
 * @throws RectoError file_unwritable (something is there already), storage_full
 */
export async function openExportFolder(place: string): Promise<ExportFolder> {
  const name = basename(place);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw explainWriteTrouble(name, thrown, 'No half of an export was left there, and your library is as it was.');
    }
  };
  await attempt(() => refuseTaken(place));
  const temporary = join(dirname(place), `.recto-export-${randomBytes(8).toString('hex')}`);
  await attempt(async () => {
    await mkdir(temporary);
    await removeLeftovers(dirname(place));
  });
  return wrap({ place, temporary, attempt });
}

/** What a program that was killed left here long ago. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

async function refuseTaken(place: string): Promise<void> {
  const there = await readdir(place).catch((thrown: NodeJS.ErrnoException) => (thrown.code === 'ENOENT' ? [] : null));
  if (there === null || there.length > 0) throw new RectoError('file_unwritable', `There is something at “${place}” already, and it stays as it is. Choose another name.`);
}

function wrap({ place, temporary, attempt }: { place: string; temporary: string; attempt<T>(work: () => Promise<T>): Promise<T> }): ExportFolder {
  const made = new Set<string>();
  let files = 0;
  let lines: FileHandle | null = null;
  const placeOf = async (path: string): Promise<string> => {
    const whole = join(temporary, path);
    const folder = dirname(whole);
    if (!made.has(folder)) await mkdir(folder, { recursive: true });
    made.add(folder);
    return whole;
  };
  return {
    get files() {
      return files;
    },
    write: (path, content, isKept) =>
      attempt(async () => {
        await writeFile(await placeOf(path), content, { flag: 'wx', flush: isKept });
        files += 1;
      }),
    openLines: (path) =>
      attempt(async () => {
        const file = (lines = await open(await placeOf(path), 'wx'));
        files += 1;
        return {
          add: (text) => attempt(() => file.writeFile(text)),
          end: () =>
            attempt(async () => {
              await file.sync();
              await file.close();
              lines = null;
            }),
        };
      }),
    freeName: createFreeNames(),
    finish: () =>
      attempt(async () => {
        await syncFolder(temporary);
        await refuseTaken(place);
        // An empty folder that waits there is in the way of a rename on Windows.
        await rmdir(place).catch((thrown: NodeJS.ErrnoException) => {
          if (thrown.code !== 'ENOENT') throw thrown;
        });
        await rename(temporary, place);
        await syncFolder(dirname(place));
      }),
    async discard() {
      await lines?.close();
      lines = null;
      await rm(temporary, { recursive: true, force: true });
    },
  };
}
