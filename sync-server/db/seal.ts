import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CHUNK_BYTES = 1024 * 1024;
const pathOf = (file: string): string => `${file}.seal`;

/**
 * Notes how the database file was left: a server that stops in order leaves no log of writes, so the next start can tell a single changed
 * byte, also one that no row uses. Whoever opens the file breaks the seal first.
 */
export function sealFile(file: string): void {
  const before = statSync(file);
  const seal = { sha256: hashFile(file), size: before.size };
  const draft = `${pathOf(file)}.draft`;
  try {
    writeFileSync(draft, JSON.stringify(seal), { mode: 0o600, flush: true });
  } catch (error) {
    // On a full disk a server stops in order, too.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return void rmSync(draft, { force: true });
  }
  const after = statSync(file);
  // Another program has it open, or had: what it wrote is not what was hashed.
  if (existsSync(`${file}-wal`) || after.mtimeMs !== before.mtimeMs || after.size !== before.size) return void rmSync(draft);
  renameSync(draft, pathOf(file));
  syncFolder(dirname(file));
}

/** False: the file is not as it was left. True also where there is no seal, as after a crash. */
export function isSealWhole(file: string): boolean {
  const path = pathOf(file);
  if (!existsSync(path)) return true;
  try {
    const { sha256, size } = JSON.parse(readFileSync(path, 'utf8')) as { sha256?: unknown; size?: unknown };
    // A restored copy, or none: another file than the sealed one.
    return existsSync(file) && statSync(file).size === size && hashFile(file) === sha256;
  } catch {
    return false;
  }
}

/** On the disk when it returns: a seal that came back after a power cut would call the file damaged. */
export function breakSeal(file: string): void {
  if (!existsSync(pathOf(file))) return;
  rmSync(pathOf(file));
  syncFolder(dirname(file));
}

/** SHA-256 as hex digits, in pieces: the file may be larger than memory. */
export function hashFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) hash.update(chunk.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Names, too, must outlive a power cut. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Puts a folder on the disk with all that is in it. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncFile(path);
  }
  syncFolder(folder);
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
