import { statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { RectoError } from '#schemas/errors.ts';

/** What SQLite itself needs to begin a write: with less, whatever failed failed for want of room. */
const LEAST_ROOM = 256 * 1024;

const NO_ROOM_CODES = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const REFUSED_CODES = new Set(['EACCES', 'EPERM', 'EROFS']);
const GONE_CODES = new Set(['ENOENT', 'ENOTDIR']);

const SAFE = 'What you write is safe in this window, and it is saved to the file by itself as soon as that works.';

/**
 * What a failed read or write of a library's file becomes: a code and a sentence.
 * @param file the path of the file that was read or written
 * @returns RectoError storage_full, storage_locked, storage_damaged, storage_failed
 */
export function toMirrorError(thrown: unknown, file: string): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const code = codeOf(thrown);
  const name = `“${basename(file)}”`;
  const folder = `“${dirname(file)}”`;
  const with_ = { cause: thrown };
  if (NO_ROOM_CODES.has(code) || (/^SQLITE_(IOERR|CANTOPEN)/.test(code) && isFull(dirname(file)))) {
    return new RectoError('storage_full', `The disk is full, so ${name} could not be written. ${SAFE} Make room on the disk.`, with_);
  }
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) {
    return new RectoError('storage_locked', `Another program holds the file ${name}. ${SAFE} Close the program that has it open.`, with_);
  }
  if (isDamage(thrown)) {
    return new RectoError('storage_damaged', `The file ${name} is damaged. Nothing in it was changed; Recto puts it in order from what is readable, from backups and from this window.`, with_);
  }
  if (REFUSED_CODES.has(code) || /^SQLITE_(READONLY|PERM)/.test(code)) {
    return new RectoError('storage_failed', `The file ${name} may not be written: it or its folder ${folder} is read-only. ${SAFE} Allow writing there.`, with_);
  }
  if (GONE_CODES.has(code) || code.startsWith('SQLITE_CANTOPEN')) {
    return new RectoError('storage_failed', `The folder ${folder} can’t be reached, so ${name} could not be opened. ${SAFE} Bring the folder or its disk back.`, with_);
  }
  return new RectoError('storage_failed', `The file ${name} could not be written (${code || String(thrown)}). ${SAFE} Check the disk that holds ${folder}.`, with_);
}

/**
 * Whether SQLite says that the file itself is broken, not the way to it. A short read is a file that ends before its last
 * page does; where that page is free no check reads it, and each write would fail on it.
 */
export function isDamage(thrown: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/.test(codeOf(thrown)) || (codeOf(thrown) === 'SQLITE_ERROR' && /malformed|no such (table|column|index)/.test(String(thrown)));
}

export function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < LEAST_ROOM;
  } catch {
    return false; // the folder is gone: that is told as such
  }
}
