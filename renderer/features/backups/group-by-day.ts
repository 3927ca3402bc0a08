import type { BackupEntry } from '#schemas/ipc.ts';

export interface BackupDay {
  name: string;
  backups: BackupEntry[];
}

/** Newest first, each under its day by this computer's clock. */
export function groupByDay(backups: readonly BackupEntry[], now: Date, language = 'en-GB'): BackupDay[] {
  const days: BackupDay[] = [];
  for (const backup of backups.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1))) {
    const name = nameDay(new Date(backup.takenAt), now, language);
    const last = days.at(-1);
    if (last?.name === name) last.backups.push(backup);
    else days.push({ name, backups: [backup] });
  }
  return days;
}

/** 'Today', 'Yesterday', 'Sunday 15 November', 'Monday 22 December 2025'. */
export function nameDay(day: Date, now: Date, language = 'en-GB'): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return 'Today';
  if (day.toDateString() === yesterday.toDateString()) return 'Yesterday';
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(day).replace(',', '');
}

/** '18:40' */
export function formatTime(takenAt: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(takenAt));
}

/** '22 November 2026, 18:40' */
export function formatMoment(takenAt: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(takenAt));
  return `${day}, ${formatTime(takenAt)}`;
}

/** '840 kB', '12.4 MB': in steps of a thousand, as file managers show them. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1_000_000) return `${Math.max(1, Math.round(sizeBytes / 1000))} kB`;
  const millions = sizeBytes / 1_000_000;
  return `${millions < 10 ? millions.toFixed(1) : Math.round(millions)} MB`;
}

export const KINDS: Record<BackupEntry['kind'], string> = { automatic: 'made by itself', asked: 'asked for', 'before-restore': 'before a restore', file: 'opened from elsewhere' };
