/** A backup's name says when and why it was made. It has no character that one of the three systems refuses. */
import type { BackupEntry } from '#schemas/ipc.ts';

export type BackupKind = Exclude<BackupEntry['kind'], 'file'>;

export const LIBRARY_EXTENSION = 'recto';
/** A backup that is being made. */
export const PARTIAL_ENDING = '.recto.part';

const WORDS: Record<BackupKind, string> = { automatic: '', asked: ' asked', 'before-restore': ' before restore' };
const NAME = /^Recto (\d{4})-(\d\d)-(\d\d) (\d\d)\.(\d\d)\.(\d\d)( asked| before restore)?(?: \(\d{1,3}\))?\.recto$/;

/**
 * `Recto 2026-11-22 18.45.10.recto`, in the time of this computer's clock on the wall.
 * @param copy from 2: one of several of one second
 */
export function nameBackup(takenAt: Date, kind: BackupKind, copy = 1): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${String(takenAt.getFullYear()).padStart(4, '0')}-${two(takenAt.getMonth() + 1)}-${two(takenAt.getDate())}`;
  const time = `${two(takenAt.getHours())}.${two(takenAt.getMinutes())}.${two(takenAt.getSeconds())}`;
  return `Recto ${day} ${time}${WORDS[kind]}${copy > 1 ? ` (${copy})` : ''}.${LIBRARY_EXTENSION}`;
}

/** Null: this name is not one of ours, so the file is nobody's business but its owner's. */
export function parseBackupName(name: string): { takenAt: Date; kind: BackupKind } | null {
  const match = NAME.exec(name);
  if (!match) return null;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const takenAt = new Date(year, month - 1, day, hours, minutes, seconds);
  const kind = (Object.keys(WORDS) as BackupKind[]).find((kind) => WORDS[kind] === (match[7] ?? ''))!;
  return { takenAt, kind };
}
