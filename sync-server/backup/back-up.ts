import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import { findLogDamage } from '../db/commit-mark.ts';
import { damaged, requireReadable } from '../db/find-damage.ts';
import { syncFolder, syncTree } from '../db/seal.ts';
import { listTables } from '../db/whole-rows.ts';
import { DATABASE, describeFile, formatManifest, MANIFEST, makeManifest, type Manifest } from './manifest.ts';

/** Where a server keeps what a backup holds. */
export interface BackupSources {
  dataDir: string;
  databaseFile: string;
  natsDir: string;
}

/** The server's secrets, in the data folder. */
export const KEYS = ['signing.key', 'ai.key'] as const;
/** A file that is deleted while it is copied belongs to a blob that was deleted: then another copy of the database says so. */
const ATTEMPTS = 5;

/**
 * Writes a backup into a new folder, while a server runs on these files or not: one moment of the database, the files that its rows name,
 * and the keys. The folder is there when it is whole.
 * @throws RectoError configuration (the folder is not empty), storage_damaged (the database is), storage_full, file_unwritable
 */
export function backUp(sources: BackupSources, folder: string, now: number): Manifest {
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0) throw new RectoError('configuration', `${target} is not empty: a backup gets a folder of its own.`);
  if (!existsSync(sources.databaseFile)) throw new RectoError('configuration', `There is no database at ${sources.databaseFile}: RECTO_DATA_DIR says where it is.`);
  const draft = `${target}.part`;
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const damage = findLogDamage(sources.databaseFile);
    if (damage !== null) throw damaged(sources.databaseFile, [damage]);
    const manifest = fill(sources, draft, now);
    syncTree(draft);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
    syncFolder(dirname(target));
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw toBackupError(target, error);
  }
}

function fill(sources: BackupSources, draft: string, now: number): Manifest {
  const files = [...copyFiles(sources.dataDir, draft, KEYS), ...copyFiles(join(sources.natsDir, 'keys'), join(draft, 'nats-keys'), listFiles(join(sources.natsDir, 'keys'))).map((path) => `nats-keys/${path}`)];
  const { attachments, ...described } = copyDatabase(sources, draft);
  const paths = [DATABASE, ...files, ...attachments.map((sha256) => `attachments/${sha256.slice(0, 2)}/${sha256}`)];
  const manifest = makeManifest({ made_at: new Date(now).toISOString(), ...described, files: paths.map((path) => describeFile(draft, path)) });
  writeFileSync(join(draft, MANIFEST), formatManifest(manifest), { mode: 0o600 });
  return manifest;
}

function copyDatabase({ databaseFile, dataDir }: BackupSources, draft: string): { epoch: string; rows: Record<string, number>; attachments: string[] } {
  const copy = join(draft, DATABASE);
  for (let attempt = 1; ; attempt += 1) {
    rmSync(copy, { force: true });
    // Read only: a server of another version may be running on it.
    const source = new SqliteFile(databaseFile, { readonly: true, timeout: 5000 });
    try {
      source.prepare('VACUUM INTO ?').run(copy);
    } finally {
      source.close();
    }
    const { attachments, ...described } = describeCopy(copy, databaseFile);
    const missing = attachments.filter((sha256) => !copyAttachment(dataDir, draft, sha256));
    if (missing.length === 0) return { ...described, attachments };
    if (attempt === ATTEMPTS) throw new RectoError('storage_damaged', `The file ${join(dataDir, 'attachments', missing[0]!.slice(0, 2), missing[0]!)} is missing or damaged, and a blob names it: no backup was made. Delete what was made there and make it again, or put the newest backup back.`);
  }
}

function describeCopy(copy: string, databaseFile: string): { epoch: string; rows: Record<string, number>; attachments: string[] } {
  const sqlite = new SqliteFile(copy, { readonly: true });
  try {
    requireReadable(sqlite, databaseFile);
    const tables = listTables(sqlite);
    return {
      epoch: String(sqlite.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get()),
      rows: Object.fromEntries(tables.map((table) => [table, Number(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get())])),
      // Version 1 had no files.
      attachments: tables.includes('attachments') ? (sqlite.prepare('SELECT DISTINCT sha256 FROM attachments ORDER BY sha256').pluck().all() as string[]) : [],
    };
  } finally {
    sqlite.close();
  }
}

/** @returns whether it is there, and is what its name says */
function copyAttachment(dataDir: string, draft: string, sha256: string): boolean {
  const path = ['attachments', sha256.slice(0, 2), sha256] as const;
  if (!existsSync(join(draft, ...path))) copyFiles(join(dataDir, path[0], path[1]), join(draft, path[0], path[1]), [sha256]);
  return existsSync(join(draft, ...path)) && describeFile(draft, path.join('/')).sha256 === sha256;
}

/** @returns those that there are */
export function copyFiles(from: string, to: string, names: readonly string[]): string[] {
  return names.filter((name) => {
    if (!existsSync(join(from, name))) return false;
    mkdirSync(to, { recursive: true, mode: 0o700 });
    copyFileSync(join(from, name), join(to, name));
    return true;
  });
}

function listFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

function toBackupError(target: string, error: unknown): unknown {
  if (error instanceof RectoError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new RectoError('storage_full', `There is no room for the backup at ${target}. The server’s own files are as they were.`, { cause: error });
  return new RectoError('file_unwritable', `The backup ${target} could not be made: ${message}. The server’s own files are as they were.`, { cause: error });
}
