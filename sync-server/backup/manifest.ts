import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { hashFile } from '../db/seal.ts';

export const MANIFEST = 'manifest.json';
export const DATABASE = 'recto.db';
const FORMAT = 1;
/** A backup that somebody else made puts no file anywhere else. */
const PLACES = /^(recto\.db|signing\.key|ai\.key|nats-keys\/\w[\w.-]*|attachments\/[0-9a-f]{2}\/[0-9a-f]{64})$/;

export interface BackupFile {
  /** In the backup's folder, with `/`. */
  path: string;
  size: number;
  /** Hex digits. */
  sha256: string;
}

/** What a backup holds. */
export interface Manifest {
  format: number;
  /** RFC 3339 UTC */
  made_at: string;
  /** Of the server that it was made of. */
  epoch: string;
  /** How many rows each table has. */
  rows: Record<string, number>;
  files: BackupFile[];
}

/** The manifest as text, with its own hash: a single changed character shows. */
export function formatManifest(manifest: Manifest): string {
  const text = JSON.stringify(manifest);
  return `${JSON.stringify({ manifest, sha256: createHash('sha256').update(text).digest('hex') }, null, 1)}\n`;
}

export function describeFile(folder: string, path: string): BackupFile {
  const file = join(folder, ...path.split('/'));
  return { path, size: lstatSync(file).size, sha256: hashFile(file) };
}

/**
 * Reads the manifest of a backup and looks at each of its files.
 * @throws RectoError file_unreadable (there is no backup), storage_damaged (names each file that is not as it was written), storage_newer
 */
export function verifyBackup(folder: string): Manifest {
  const manifest = readManifest(folder);
  const found = manifest.files.flatMap((file) => findWrong(folder, file));
  if (!manifest.files.some(({ path }) => path === DATABASE)) found.push(`${DATABASE} is not in it`);
  if (found.length > 0) throw damagedBackup(folder, found);
  return manifest;
}

export function damagedBackup(folder: string, found: readonly string[]): RectoError {
  return new RectoError('storage_damaged', `The backup ${folder} is damaged: ${found.slice(0, 10).join('; ')}. Nothing was changed. Take an older backup.`);
}

function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), 'utf8');
  } catch (error) {
    throw new RectoError('file_unreadable', `${folder} is no whole backup: its ${MANIFEST} can’t be read (${(error as Error).message}).`, { cause: error });
  }
  const manifest = parse(text);
  // Written anew it must be the same to the last character: also what JSON would overlook is damage.
  if (!manifest || formatManifest(manifest) !== text) throw damagedBackup(folder, [`${MANIFEST} is not as it was written`]);
  const stray = manifest.files.find(({ path }) => !PLACES.test(path));
  if (stray) throw damagedBackup(folder, [`${MANIFEST} names “${stray.path}”, which is no file of a backup`]);
  if (manifest.format !== FORMAT) throw new RectoError('storage_newer', `The backup ${folder} was made by a newer version of Recto: put it back with that one.`);
  return manifest;
}

function parse(text: string): Manifest | undefined {
  try {
    return (JSON.parse(text) as { manifest?: Manifest }).manifest;
  } catch {
    return undefined;
  }
}

function findWrong(folder: string, expected: BackupFile): string[] {
  try {
    const { size, sha256 } = describeFile(folder, expected.path);
    if (size !== expected.size) return [`${expected.path} has ${size} bytes where ${expected.size} were written`];
    return sha256 === expected.sha256 ? [] : [`${expected.path} is not as it was written`];
  } catch (error) {
    return [`${expected.path} can’t be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`];
  }
}

export function makeManifest(parts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...parts };
}
