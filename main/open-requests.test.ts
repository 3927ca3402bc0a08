import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { BackupEntry, Notice, OpenTarget } from '#schemas/ipc.ts';
import { readManuscriptPath } from './files/read-manuscript-path.ts';
import { createOpenRequests } from './open-requests.ts';

const backup: BackupEntry = { id: '1', fileName: 'x.recto', takenAt: '2026-11-22T18:00:00Z', sizeBytes: 1, kind: 'file' };

function setUp() {
  const sent: OpenTarget[] = [];
  const told: Notice[] = [];
  const requests = createOpenRequests({
    readManuscript: readManuscriptPath,
    readBackup: async (path) => {
      if (path.includes('damaged')) throw new RectoError('storage_damaged', 'This backup is damaged.');
      return backup;
    },
    send: (target) => sent.push(target),
    notify: (notice) => told.push(notice),
  });
  return { requests, sent, told };
}

test('what is asked before the page is there waits for it', async () => {
  const { requests, sent } = setUp();
  requests.open([{ kind: 'link', link: 'recto://book/1' }]);
  requests.open([{ kind: 'path', path: '/x/Old.RECTO' }]);
  await vi.waitFor(() => {
    requests.ready();
    expect(sent).toEqual([
      { kind: 'book', bookId: '1' },
      { kind: 'backup', backup },
    ]);
  });
});

test('while a page starts anew nothing is sent into the void', async () => {
  const { requests, sent } = setUp();
  requests.ready();
  requests.hold();
  requests.open([{ kind: 'link', link: 'recto://library' }]);
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
  requests.ready();
  expect(sent).toEqual([{ kind: 'library' }]);
});

test('files that come together are imported together, and one that can’t be read keeps no other out', async () => {
  const { requests, sent, told } = setUp();
  const folder = mkdtempSync(join(tmpdir(), 'recto-open-'));
  writeFileSync(join(folder, 'One.md'), '# One');
  writeFileSync(join(folder, 'Two.md'), '# Two');
  requests.ready();
  requests.open(['One.md', 'Gone.md', 'Two.md', 'damaged.recto'].map((name) => ({ kind: 'path', path: join(folder, name) })));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ kind: 'import', manuscripts: [{ name: 'One.md' }, { name: 'Two.md' }] });
  expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('Gone.md'), 'This backup is damaged.']);
});

test('a link that leads nowhere is said so', async () => {
  const { requests, sent, told } = setUp();
  requests.ready();
  requests.open([{ kind: 'link', link: 'recto://book/<script>' }]);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(sent).toEqual([]);
});
