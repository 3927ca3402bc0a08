import { expect, test } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { mergeBlob } from './merge-blob.ts';
import { deviceOfVersion, signVersion } from './written-on.ts';

const DESK = { id: 'd1', name: 'desk' };
const SOFA = { id: 's1', name: 'sofa' };

const draft = (content: string, version: number): Blob => ({
  id: 'a', user_id: 'u', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version,
  created_at: '2026-01-01T00:00:00.000Z', updated_at: `2026-01-01T00:00:0${version}.000Z`, deleted: false,
});

test('a version says which device wrote it; one that is written on without saying so does not', () => {
  const stored = draft('It was dark.', 1);
  const written = { ...signVersion(draft('It was light.', 2), stored, DESK), version: 2 };
  expect(deviceOfVersion(written)).toEqual(DESK);
  expect(deviceOfVersion({ ...written, version: 3 })).toBeUndefined();
  expect(deviceOfVersion(stored)).toBeUndefined();
});

test('that two devices wrote is no conflict by itself, and what is merged of both is neither’s', () => {
  const base = draft('It was dark. Nobody came.', 1);
  const mine = { ...signVersion(draft('It was light. Nobody came.', 2), base, DESK) };
  const theirs = { ...signVersion(draft('It was dark. Nobody ever came.', 2), base, SOFA) };
  const merged = mergeBlob(base, mine, theirs);
  expect(merged).toEqual(mergeBlob(base, theirs, mine));
  expect(merged.conflicts).toBe(0);
  expect(merged.blob.data['content']).toBe('It was light. Nobody ever came.');
  expect(deviceOfVersion(merged.blob)).toBeUndefined();
  expect(mergeBlob(base, { ...signVersion(base, base, DESK), version: 2 }, { ...signVersion(base, base, SOFA), version: 2 }).conflicts).toBe(0);
});
