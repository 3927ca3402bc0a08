import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { APPLICATION_ID, LAYOUT_VERSION } from './layout.ts';
import { openLibraryFile } from './library-file.ts';
import { BLOBS, makeFolder } from './test-support/rows.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/library-file.md'), 'utf8');

function makeLibrary(): string {
  const path = join(makeFolder(), 'library.recto');
  const file = openLibraryFile(path);
  const blob = (id: string, fields: Record<string, unknown>, deleted = false) => ({
    id, lwt: 1000, rev: '1-a', deleted, body: JSON.stringify({ id, version: 1, created_at: '2026-11-01T10:00:00.000Z', updated_at: '2026-11-02T10:00:00.000Z', ...fields, _deleted: deleted }),
  });
  const chapters = [{ id: 'c1', title: 'The Storm', draft_blob_id: 'd1', edition: 'draft' }, { id: 'c2', title: 'The Lamp', draft_blob_id: 'd2', edition: 'draft' }];
  file.write(file.open(BLOBS).store, [
    blob('book', { schema_id: 'book-v1', data: { title: 'The Keeper', author: 'A. Writer', chapters } }),
    blob('d1', { schema_id: 'text-input-v2', conversation_id: 'c1', data: { content: 'The lighthouse stood.' } }),
    blob('d2', { schema_id: 'text-input-v2', conversation_id: 'c2', data: { content: 'Light.' } }),
    blob('e1', { schema_id: 'expanded-text-v1', conversation_id: 'c1', parent_id: 'd1', data: { expanded: 'The lighthouse stood, as ever.' } }),
    blob('old', { schema_id: 'text-input-v2', data: { content: 'Cut.' } }, true),
  ]);
  file.close();
  return path;
}

test('what the guide says to ask is answered', () => {
  const database = new Sqlite(makeLibrary(), { readonly: true });
  onTestFinished(() => void database.close());
  const queries = [...GUIDE.matchAll(/```sql\n([^`]*)```/g)].map(([, sql]) => sql!);
  const answers = queries.map((sql) => database.prepare(sql).raw().all());
  expect(answers).toEqual([
    [['recto-local', 'The Keeper', 'A. Writer', 2, '2026-11-02T10:00:00.000Z']],
    [['The Keeper', 1, 'The Storm', 21], ['The Keeper', 2, 'The Lamp', 6]],
    [['# The Storm\n\nThe lighthouse stood.\n\n# The Lamp\n\nLight.']],
    [['The Keeper', 1, 'The Storm']],
    expect.arrayContaining([['2026-11-02T10:00:00.000Z', 'expanded-text-v1', 'The lighthouse stood, as ever.']]),
    [['recto-local', 'text-input-v2', '2026-11-02T10:00:00.000Z', 'Cut.']],
  ]);
});

test('the guide’s numbers and columns are the file’s', () => {
  const database = new Sqlite(makeLibrary(), { readonly: true });
  onTestFinished(() => void database.close());
  expect(GUIDE).toContain(`0x${APPLICATION_ID.toString(16).toUpperCase()}`);
  expect(GUIDE).toContain(`The layout, version ${LAYOUT_VERSION}`);
  for (const table of ['stores', 'documents']) {
    const columns = database.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    const described = GUIDE.slice(GUIDE.indexOf(`**\`${table}\`**`));
    for (const column of columns) expect(described).toContain(`\`${column}\``);
  }
});
