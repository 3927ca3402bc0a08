import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MirrorRow } from '#schemas/ipc.ts';

/** A folder of its own for one test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recto-mirror-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const BLOBS = { database: 'recto-local', collection: 'blobs', schemaVersion: 0 };

export function makeRow(id: string, lwt: number, text = `The text of ${id}.`): MirrorRow {
  const body = { id, schema_id: 'text-input-v2', data: { content: text }, version: 1, _meta: { lwt }, _rev: `1-${id}`, _deleted: false };
  return { id, lwt, rev: `1-${id}`, deleted: false, body: JSON.stringify(body) };
}

/** Rows as a window writes them: n, each 0.01 ms after the one before. */
export function makeRows(count: number, from = 1_790_000_000_000, text?: (index: number) => string): MirrorRow[] {
  return Array.from({ length: count }, (_row, i) => makeRow(`row-${String(i).padStart(6, '0')}`, from + (i + 1) / 100, text?.(i)));
}
