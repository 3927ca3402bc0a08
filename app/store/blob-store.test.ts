import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { STORAGES } from '../test-support/test-platform.ts';
import type { BlobChanges, BlobStore, NewBlob } from './blob-store.ts';
import type { Library } from './library.ts';

function draft(id: string, content = 'Text.', more: Partial<NewBlob> = {}): NewBlob {
  return { id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, ...more };
}

describe.each(Object.entries(STORAGES))('blobs on %s', (_name, createStorage) => {
  let library: Library;
  let blobs: BlobStore;
  let now = Date.UTC(2026, 0, 1);
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 1);
    ({ library } = await openTestLibrary({ storage: createStorage(), clock: { now: () => now } }));
    blobs = library.blobs;
  });
  afterEach(async () => library.close());

  it('gives back what was stored, in the wire’s shape, with fields it does not know', async () => {
    const [made] = await blobs.insert([draft('a', 'Text.', { future_field: { nested: [1, null, 'x'] }, tags: ['t'] } as Partial<NewBlob>)]);
    const time = '2026-01-01T00:00:00.000Z';
    const whole = {
      ...draft('a'), tags: ['t'], future_field: { nested: [1, null, 'x'] },
      version: 1, created_at: time, updated_at: time, deleted: false,
    };
    expect(made).toEqual(whole);
    expect(await blobs.get('a')).toEqual(whole);
    await blobs.change('a', (blob) => ({ ...blob, data: { content: 'New.' } }));
    expect(await blobs.get('a')).toMatchObject({ future_field: { nested: [1, null, 'x'] }, data: { content: 'New.' }, version: 2 });
  });

  it('counts a version up at each write and never lets a time go back', async () => {
    const id = 'a';
    await blobs.insert([draft(id)]);
    now = Date.UTC(2020, 0, 1);
    const changed = await blobs.change(id, (blob) => ({ ...blob, data: { content: 'Later.' } }));
    expect(changed.version).toBe(2);
    expect(changed.updated_at > changed.created_at).toBe(true);
    expect(changed.created_at).toBe('2026-01-01T00:00:00.000Z');
  });

  it('writes nothing when nothing changes', async () => {
    const id = 'a';
    await blobs.insert([draft(id)]);
    const seen: BlobChanges[] = [];
    const subscription = blobs.changes$.subscribe((change) => seen.push(change));
    expect((await blobs.change(id, () => null)).version).toBe(1);
    expect(seen).toEqual([]);
    subscription.unsubscribe();
  });

  it('loses no update of two that come at once', async () => {
    const id = 'a';
    await blobs.insert([draft(id, '')]);
    const add = (word: string) => blobs.change(id, (blob) => ({ ...blob, data: { content: `${String(blob.data['content'])} ${word}` } }));
    await Promise.all(Array.from({ length: 12 }, (_, index) => add(`w${index}`)));
    const blob = await blobs.get(id);
    expect(String(blob?.data['content']).trim().split(' ').toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `w${index}`).toSorted());
    expect(blob?.version).toBe(13);
  });

  it('finds blobs by their chapter and by their parent, and those that have neither by their schema', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'] as const;
    await blobs.insert([
      draft(a, 'A.', { conversation_id: 'chapter', schema_id: 's' }),
      draft(b, 'B.', { conversation_id: 'chapter', parent_id: a, schema_id: 's' }),
      draft(c, 'C.', { schema_id: 's' }),
      draft(d, 'D.', { parent_id: a, schema_id: 'other' }),
    ]);
    const ids = (found: Blob[]): string[] => found.map(({ id }) => id).toSorted();
    expect(ids(await blobs.find('conversation_id', 'chapter'))).toEqual([a, b]);
    expect(ids(await blobs.find('parent_id', a))).toEqual([b, d]);
    expect(ids(await blobs.find('schema_id', 's'))).toEqual([a, b, c]);
    expect(await blobs.find('conversation_id', 'nothing')).toEqual([]);
    // RxDB's own planner, which the replication uses, must see those without them, too.
    expect(ids((await library.database.blobs.find({ selector: { schema_id: 's' } }).exec()).map((doc) => doc.toMutableJSON() as unknown as Blob))).toEqual([a, b, c]);
    expect((await library.database.blobs.find().exec()).map(({ id }) => id)).toEqual(expect.arrayContaining([a, b, c, d]));
  });

  it('keeps a tombstone’s text, hides it, and brings back only what was deleted for the same reason', async () => {
    const [a, b] = ['a', 'b'] as const;
    await blobs.insert([draft(a, 'A.', { conversation_id: 'c' }), draft(b, 'B.', { conversation_id: 'c' })]);
    await blobs.tombstone([a], 'first');
    await blobs.tombstone([a, b], 'second');
    expect(await blobs.get(a)).toBeNull();
    expect(await blobs.find('conversation_id', 'c')).toEqual([]);
    expect(await blobs.find('conversation_id', 'c', { deleted: true })).toHaveLength(2);
    expect(await blobs.get(a, { deleted: true })).toMatchObject({ deleted: true, data: { content: 'A.' }, version: 2 });
    await blobs.restore([a, b], 'second');
    expect(await blobs.get(a)).toBeNull();
    expect(await blobs.get(b)).toMatchObject({ deleted: false, data: { content: 'B.' }, version: 3, tags: [] });
    await blobs.restore([a], 'first');
    expect(await blobs.get(a)).toMatchObject({ data: { content: 'A.' }, tags: [] });
  });

  it('stores a derived blob once', async () => {
    const [made] = await blobs.insert([draft('a')]);
    const derived: Blob = { ...made!, id: 'derived', processor_id: 'text-expansion', parent_id: 'a' };
    expect(await blobs.insertOnce(derived)).toBe('stored');
    expect(await blobs.insertOnce({ ...derived, data: { content: 'other' } })).toBe('existed');
    expect(await blobs.get(derived.id)).toEqual(derived);
  });

  it('refuses a second blob of the same id and one that is not there', async () => {
    await blobs.insert([draft('a')]);
    await expect(blobs.insert([draft('a', 'Other.')])).rejects.toMatchObject({ code: 'already_exists' });
    await expect(blobs.change('none', (blob) => blob)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('tells of each write, tombstones too', async () => {
    const seen = vi.fn<(id: string, version: number, deleted: boolean) => void>();
    const subscription = blobs.changes$.subscribe(({ blobs: written }) => written.forEach(({ id, version, deleted }) => seen(id, version, deleted)));
    const id = 'a';
    await blobs.insert([draft(id)]);
    await blobs.change(id, (blob) => ({ ...blob, data: { content: 'B.' } }));
    await blobs.tombstone([id], 'why');
    await blobs.restore([id], 'why');
    expect(seen.mock.calls).toEqual([[id, 1, false], [id, 2, false], [id, 3, true], [id, 4, false]]);
    subscription.unsubscribe();
  });
});
