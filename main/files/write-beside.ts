/**
 * A file that takes its place whole or not at all: it is written under a temporary name in the same folder, brought
 * to the disk, and renamed. Whoever opens the place finds the old file or the new one, never half of it.
 */
import { randomBytes } from 'node:crypto';
import { access, chmod, constants, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { explainWriteTrouble } from './file-trouble.ts';

/** Short, so that a name of 255 bytes still has a temporary one; hidden, since it is no file of the author's. */
const TEMPORARY = /^\.recto-[0-9a-f]{16}\.part$/;
const DAY_MS = 86_400_000;
const UNTOUCHED = 'What was there before is as it was.';

export interface FileBeside {
  /** @throws RectoError file_unwritable, storage_full: what was written is gone, and nothing more can be */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * The file takes its place. @returns where
   * @throws RectoError file_unwritable, storage_full: what was written is gone
   */
  finish(): Promise<string>;
  /** What was written goes. */
  discard(): Promise<void>;
}

/**
 * @param path where it is to be
 * @param modeOfNew the rights of a file that was not there before; the system's usual ones if none are given
 * @throws RectoError file_unwritable, storage_full
 */
export async function openBeside(path: string, modeOfNew?: number): Promise<FileBeside> {
  const name = basename(path);
  try {
    // A link stays one: what it points to is replaced.
    const place = await realpath(path).catch(() => path);
    const mode = await modeOf(place);
    const temporary = join(dirname(place), `.recto-${randomBytes(8).toString('hex')}.part`);
    await removeLeftovers(dirname(place));
    return wrap(await open(temporary, 'wx', mode ?? modeOfNew), { name, place, temporary, mode });
  } catch (thrown) {
    throw explainWriteTrouble(name, thrown, UNTOUCHED);
  }
}

/** The rights of the file that is replaced. A rename would replace even one that may not be written. */
async function modeOf(place: string): Promise<number | undefined> {
  const before = await stat(place).catch(() => null);
  if (!before) return undefined;
  if (!before.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
  await access(place, constants.W_OK);
  return before.mode & 0o777;
}

/** What a program that was killed left here long ago. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => TEMPORARY.test(name));
  for (const name of names) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > DAY_MS) await rm(path, { force: true });
  }
}

function wrap(file: FileHandle, { name, place, temporary, mode }: { name: string; place: string; temporary: string; mode: number | undefined }): FileBeside {
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  const discard = async (): Promise<void> => {
    await close();
    await rm(temporary, { force: true });
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      // Where even that fails (the disk is gone), the first trouble is the one to tell of.
      await discard().catch(() => undefined);
      throw explainWriteTrouble(name, thrown, UNTOUCHED);
    }
  };
  return {
    discard,
    write: (bytes) => attempt(() => file.writeFile(bytes)),
    finish: () =>
      attempt(async () => {
        await file.sync();
        await close();
        if (mode !== undefined) await chmod(temporary, mode);
        await renamePatiently(temporary, place);
        await syncFolder(dirname(place));
        return place;
      }),
  };
}

/** On Windows a virus scanner may hold a new file for a moment. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to);
      return;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      const passes = process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY' || code === 'EACCES');
      if (!passes || attempt === 10) throw thrown;
      await wait(50 * attempt);
    }
  }
}

/** The new name is on the disk only when its folder is. Windows opens no folders, and keeps names by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  // Some network disks can't; the file itself is down by then.
  await handle.sync().catch(() => undefined);
  await handle.close();
}
