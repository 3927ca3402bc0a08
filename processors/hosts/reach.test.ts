import { expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { createReach } from './reach.ts';

const at = '2026-01-01T00:00:00.000Z';
const blob = (id: string, more: Partial<Blob> = {}): Blob => ({
  id, user_id: 'u', processor_id: 'user-input', schema_id: 'note-v1', data: {}, tags: [], version: 1, created_at: at, updated_at: at, deleted: false, ...more,
});

function reachOf(blobs: readonly Blob[], config: Record<string, unknown> = {}) {
  const reach = createReach({ jobId: 'j', processorId: 'compiler', blob: blobs[0]!, config }, async (id) => blobs.find((one) => one.id === id) ?? null);
  return (id: string) => reach.read(id).then((found) => found?.id ?? null, (error: { code: string }) => error.code);
}

it('goes from a book to its chapters, from these to what they name, and to all that was derived', async () => {
  const read = reachOf([
    blob('book', { data: { chapters: [{ draft_blob_id: 'draft' }] } }),
    blob('draft', { data: { content: 'text', metadata: { sources: ['map'] } } }),
    blob('map'),
    blob('expansion', { parent_id: 'draft', processor_id: 'text-expansion' }),
    blob('edit', { parent_id: 'expansion' }),
    blob('diary'),
  ]);
  expect(await read('map')).toBe('forbidden');
  expect([await read('book'), await read('draft'), await read('map')]).toEqual(['book', 'draft', 'map']);
  expect(await read('edit')).toBe('edit');
  expect([await read('diary'), await read('nowhere')]).toEqual(['forbidden', null]);
});

it('follows what the config names', async () => {
  const read = reachOf([blob('draft'), blob('base')], { basedOn: 'base' });
  expect(await read('base')).toBe('base');
});

it('does not follow what the processor itself wrote down: it could name any blob', async () => {
  const read = reachOf([blob('draft'), blob('mine', { parent_id: 'draft', processor_id: 'compiler', data: { next: 'diary' } }), blob('diary')]);
  expect([await read('mine'), await read('diary')]).toEqual(['mine', 'forbidden']);
});

it('ends in a circle of parents', async () => {
  const read = reachOf([blob('draft'), blob('a', { parent_id: 'b' }), blob('b', { parent_id: 'a' })]);
  expect(await read('a')).toBe('forbidden');
});
