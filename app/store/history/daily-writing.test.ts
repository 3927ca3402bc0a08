import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeForDays } from '../../test-support/write-for-days.ts';
import { readKept } from './read-kept.ts';

const folder = join(import.meta.dirname, '../../../manuscripts/frankenstein');

it('of weeks of daily writing is small, thinned out, and every version that is left says what was once written', async () => {
  const chapters = readdirSync(folder).filter((name) => name.endsWith('.md')).toSorted().slice(0, 8).map((name) => readFileSync(join(folder, name), 'utf8'));
  const { app, library, said } = await writeForDays({ chapters, days: 16, seed: 20_300_101 });
  try {
    const all = await library.blobs.find('schema_id', 'snapshot-v1', { deleted: true });
    const left = all.filter(({ deleted }) => !deleted);
    // 24 a day for the last day, one or two an hour for a week, one a chapter and day before.
    expect(all.length).toBeGreaterThan(16 * 20);
    expect(left.length).toBeLessThan(24 + 7 * 4 + 9 * 4 + 60);
    for (const snapshot of left) expect(said).toContain((await readKept(library.blobs, snapshot))['content']);
    const sizeOf = (blobs: readonly object[]): number => JSON.stringify(blobs).length / blobs.length;
    // Of chapters of 10,000 characters and more; and what is gone has no words left in it.
    const differences = left.filter(({ data }) => (data['packed'] as { keyframe?: string }).keyframe !== undefined);
    expect(differences.length).toBeGreaterThan(left.length / 4);
    expect(sizeOf(differences)).toBeLessThan(4_000);
    expect(sizeOf(all.filter(({ deleted }) => deleted))).toBeLessThan(450);
  } finally {
    await app.close();
  }
});
