import { expect, test } from 'vitest';
import type { BackupEntry } from '#schemas/ipc.ts';
import { formatSize, groupByDay } from './group-by-day.ts';

const backup = (date: Date): BackupEntry => ({ id: date.toISOString(), fileName: 'x.recto', takenAt: date.toISOString(), sizeBytes: 1, kind: 'automatic' });

test('backups stand under their days, the newest first', () => {
  const now = new Date(2026, 10, 22, 18, 40);
  const dates = [new Date(2025, 11, 22, 9), new Date(2026, 10, 22, 8), new Date(2026, 10, 15, 9), new Date(2026, 10, 21, 23, 59), new Date(2026, 10, 22, 18)];
  expect(groupByDay(dates.map(backup), now).map(({ name, backups }) => [name, backups.length])).toEqual([
    ['Today', 2],
    ['Yesterday', 1],
    ['Sunday 15 November', 1],
    ['Monday 22 December 2025', 1],
  ]);
  expect(groupByDay(dates.map(backup), now)[0]?.backups[0]?.id).toBe(dates[4]?.toISOString());
});

test.each([
  [12, '1 kB'],
  [840_400, '840 kB'],
  [1_240_000, '1.2 MB'],
  [45_600_000, '46 MB'],
])('%d bytes are %s', (sizeBytes, text) => {
  expect(formatSize(sizeBytes)).toBe(text);
});
