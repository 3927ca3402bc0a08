import type { IpcCallName, IpcInput } from '#schemas/ipc.ts';

const store = { store: 1 };
const page = { ...store, after: null, limit: 10 };
const backupId = 'Recto 2026-01-01 00.00.00.recto';

/** An input of each call that fits its schema, to be spoilt. */
export const SAMPLES: { readonly [N in IpcCallName]: IpcInput<N> } = {
  'app.start': {},
  'backups.choose-folder': {},
  'backups.inspect': { backupId },
  'backups.list': {},
  'backups.open-file': {},
  'backups.read-book': { backupId, library: 'recto-local', bookId: 'b', after: null },
  'backups.reveal': { backupId },
  'backups.take': { reason: 'asked' },
  'export.everything': { taskId: 't' },
  'files.pick': { kind: 'files' },
  'files.reveal': { grant: 'g' },
  'files.save-begin': { suggestedName: 'Book.epub', mediaType: 'application/epub+zip' },
  'files.save-cancel': { handle: 'h' },
  'files.save-end': { handle: 'h' },
  'files.save-write': { handle: 'h', bytes: new Uint8Array(3) },
  'menu.set-context': { place: 'library', recentBooks: [] },
  'mirror.forget': store,
  'mirror.open': { database: 'recto-local', collection: 'blobs', schemaVersion: 0 },
  'mirror.read': page,
  'mirror.read-keys': page,
  'mirror.read-some': { ...store, ids: [] },
  'mirror.write': { ...store, rows: [] },
  'models.find': {},
  'models.list': { baseUrl: 'http://127.0.0.1:1/v1' },
  'processors.start-host': {},
  'processors.stop-host': { hostId: 0 },
  'secrets.delete-provider-key': {},
  'secrets.set-provider-key': { baseUrl: 'http://127.0.0.1:1/v1', key: 'k' },
  'secrets.status': {},
  'session.close-socket': { socketId: 0 },
  'session.enter': { how: 'login', server: 'http://127.0.0.1:1', email: 'a@example.org', password: 'p' },
  'session.leave': {},
  'session.open-socket': { server: 'http://127.0.0.1:1', userId: 'u' },
  'session.request-reset': { server: 'http://127.0.0.1:9', email: 'ann@example.org' },
  'session.resume': { account: null },
  'session.send': { socketId: 0, text: '{}' },
  'spelling.add-word': { word: 'w' },
  'spelling.read': {},
  'spelling.remove-word': { word: 'w' },
  'spelling.set-languages': { languages: [] },
  'tasks.cancel': { taskId: 't' },
  'updates.check': {},
  'window.flushed': { flushId: 0, saved: true },
  'window.print': {},
  'window.ready': {},
  'window.set-focus-mode': { on: false },
};

/** Each way of spoiling one field of a sample, none of which any schema takes. */
export function spoil(sample: object): unknown[] {
  const spoilt: unknown[] = [{ ...sample, nobodyKnows: 1 }];
  for (const field of Object.keys(sample)) {
    const { [field]: _left, ...rest } = sample as Record<string, unknown>;
    spoilt.push(rest, { ...sample, [field]: { wrong: 1 } }, { ...sample, [field]: [{ wrong: 1 }] }, { ...sample, [field]: Number.NaN });
  }
  return spoilt;
}
