import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBlobOf, USER_INPUT } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import { SETTLED } from '../sync/conflicts.ts';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { findHeadId } from './observe-expansion.ts';
import type { Library } from './library.ts';
import { tidyLibrary } from './tidy-library.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.UTC(2030, 0, 1, 12);

let library: Library;
let now: number;
let own: string;

beforeEach(async () => {
  now = START;
  ({ library } = await openTestLibrary({ clock: { now: () => now } }));
  own = (await library.history.readDevice()).id;
});

afterEach(() => library.close());

/** The clock goes on a week at a time, and each time it is tidied. */
async function tidyAfter(days: number): Promise<void> {
  await tidy();
  for (const end = now + days * DAY; now < end; ) {
    now = Math.min(end, now + 7 * DAY);
    await tidy();
  }
}

const tidy = (): Promise<void> => tidyLibrary({ blobs: library.blobs, state: library.state, clock: { now: () => now }, readDevice: library.history.readDevice });

async function addSnapshot(id: string, data: Partial<SnapshotV1>, more: { tags?: string[]; parent?: string } = {}): Promise<void> {
  await library.blobs.insert([
    {
      id, user_id: library.userId, processor_id: USER_INPUT, schema_id: 'snapshot-v1', parent_id: more.parent ?? 'draft', conversation_id: 'chapter', tags: more.tags ?? [],
      data: { of_schema_id: 'text-input-v2', of_version: 1, reason: 'interval', content: { content: `Words of ${id}.` }, device: { id: own }, ...data },
    },
  ]);
}

async function addExpansion(id: string, processorId: string, links: { parent?: string; basedOn?: string }): Promise<void> {
  now += MINUTE;
  const metadata = links.basedOn === undefined ? {} : { based_on: links.basedOn };
  await library.blobs.insert([
    {
      id, user_id: library.userId, processor_id: processorId, schema_id: 'expanded-text-v1', parent_id: links.parent ?? 'draft', conversation_id: 'chapter',
      data: { original: 'x', expanded: `Words of ${id}.`, expansion_ratio: 1, metadata },
    },
  ]);
}

const living = async (schemaId: 'snapshot-v1' | 'expanded-text-v1'): Promise<string[]> => (await library.blobs.find('schema_id', schemaId)).filter((blob) => isBlobOf(blob, schemaId)).map(({ id }) => id).toSorted();

describe('what is tidied', () => {
  it('are versions kept by the clock; never a named one, one that another stands on, or one of a conflict that is open', async () => {
    const packed = { deflate: '', size_bytes: 2, sha256: '' };
    await addSnapshot('named', { name: 'First' });
    await addSnapshot('keyframe', { packed });
    await addSnapshot('conflict-a-open', { reason: 'conflict-mine', conflict_id: 'a' });
    await addSnapshot('conflict-b-settled', { reason: 'conflict-mine', conflict_id: 'b' }, { tags: [SETTLED] });
    await addSnapshot('stood-on', {});
    for (const id of ['c1', 'c2', 'c3']) {
      now += MINUTE;
      await addSnapshot(id, {});
    }
    await addSnapshot('difference', { packed: { ...packed, keyframe: 'stood-on' }, name: 'Second' });
    await tidyAfter(14);
    // The last one by the clock stands for the day.
    expect(await living('snapshot-v1')).toEqual(['c3', 'conflict-a-open', 'difference', 'keyframe', 'named', 'stood-on']);
    const gone = await library.blobs.find('schema_id', 'snapshot-v1', { deleted: 'only' });
    expect(JSON.stringify(gone)).not.toContain('Words of');
  });

  it('are another device’s versions, too, a week after it would have done so itself', async () => {
    for (const id of ['x1', 'x2']) {
      now += MINUTE;
      await addSnapshot(id, { device: { id: 'another' } });
    }
    await tidyAfter(7);
    expect(await living('snapshot-v1')).toEqual(['x1', 'x2']);
    await tidyAfter(7);
    expect(await living('snapshot-v1')).toEqual(['x2']);
  });

  it('are expansions that others followed and nobody kept or edited; what the chapter shows is as it was', async () => {
    await addExpansion('e1', 'text-expansion', {});
    await addExpansion('e2', 'text-expansion', { basedOn: 'e1' });
    await addExpansion('edited', 'text-expansion', { basedOn: 'e2' });
    await addExpansion('hand', USER_INPUT, { parent: 'edited', basedOn: 'edited' });
    await addExpansion('kept', 'text-expansion', { basedOn: 'hand' });
    await addSnapshot('s', { of_schema_id: 'expanded-text-v1', name: 'Good' }, { parent: 'kept' });
    await addExpansion('e3', 'text-expansion', { basedOn: 'kept' });
    await addExpansion('head', 'text-expansion', { basedOn: 'e3' });
    expect(await findHeadId(library, 'chapter')).toBe('head');
    await tidyAfter(14);
    expect(await living('expanded-text-v1')).toEqual(['e3', 'edited', 'hand', 'head', 'kept']);
    expect(await findHeadId(library, 'chapter')).toBe('head');
  });

  it('is nothing of a day, also where the clock was years behind on that day', async () => {
    now = Date.UTC(2020, 0, 1);
    for (const id of ['v1', 'v2']) await addSnapshot(id, {});
    now = Date.now();
    await library.state.set('tidied-at', { at: now, since: now - 10 * DAY });
    await tidy();
    expect(await living('snapshot-v1')).toEqual(['v1', 'v2']);
    now += 2 * DAY;
    await tidy();
    expect(await living('snapshot-v1')).toEqual(['v2']);
  });

  it('is nothing of a day', async () => {
    for (const id of ['v1', 'v2']) await addSnapshot(id, {});
    await addExpansion('e1', 'text-expansion', {});
    await addExpansion('e2', 'text-expansion', { basedOn: 'e1' });
    now += DAY / 2;
    await tidyAfter(0.4);
    expect([await living('snapshot-v1'), await living('expanded-text-v1')]).toEqual([['v1', 'v2'], ['e1', 'e2']]);
  });
});
