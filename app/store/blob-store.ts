/**
 * The blobs of one library. Every write goes through here (or through the replication): a version more, a time that
 * never goes backwards, unknown fields kept, and no lost update, since a row that changed meanwhile is read again.
 */
import { filter, map, share, type Observable } from 'rxjs';
import { normalizeMangoQuery, prepareQuery, type BulkWriteRow, type MangoQuerySelector, type RxCollection, type RxDocumentData } from 'rxdb';
import { isEmptied } from '#processors/contract/emptied.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Clock } from '../ports.ts';
import { BLOB_INDEXES, type KnownKeys, type StoredBlob } from './collections.ts';
import { toStorageError } from './storage-error.ts';

/** What a new blob is made from; version 1 and both times are the store's. */
export type NewBlob = Omit<KnownKeys<Blob>, 'version' | 'created_at' | 'updated_at' | 'deleted' | 'tags'> & { tags?: string[] };

/** Gives the blob's next state, or null to leave it as it is. It may be called again when someone else wrote first. */
type ChangeBlob = (blob: Blob) => Blob | null;

export interface BlobChanges {
  blobs: Blob[];
  /** What those held that were changed or deleted, by id. */
  before: ReadonlyMap<string, Blob>;
  /** A window of this computer wrote it; false: it came from the server. */
  isLocal: boolean;
  /** RxDB's time of this write, see rxdb-clock.ts. */
  lwt: number;
}

export interface BlobStore {
  readonly collection: RxCollection<StoredBlob>;
  /** Null: no such blob, or a tombstone (unless `deleted` asks for those too). */
  get(id: string, options?: { deleted?: boolean }): Promise<Blob | null>;
  getMany(ids: readonly string[], options?: { deleted?: boolean }): Promise<Map<string, Blob>>;
  /** Blobs by one of the indexed fields. It reads their texts: for lists, see stats-index.ts. */
  find(field: keyof typeof BLOB_INDEXES, value: string, options?: { deleted?: boolean | 'only' }): Promise<Blob[]>;
  /** All blobs of a schema, or of another indexed field’s value, living or tombstones, a page of at most 100 or `rows` at a time. */
  scan(value: string, of: 'living' | 'deleted', options?: { field?: keyof typeof BLOB_INDEXES; rows?: number }): AsyncGenerator<Blob[]>;
  /** When each was last written on this device, by whomever: milliseconds since the epoch, as RxDB counts them. */
  writtenHere(ids: readonly string[]): Promise<Map<string, number>>;
  /** New blobs, in one transaction. @throws RectoError already_exists */
  insert(blobs: readonly NewBlob[]): Promise<Blob[]>;
  /** A derived blob, whose id says what it was made from: the same work done twice stores once. */
  insertOnce(blob: Blob): Promise<'stored' | 'existed'>;
  /** @throws RectoError not_found */
  change(id: string, change: ChangeBlob): Promise<Blob>;
  /** The same for many, in one transaction where nobody interferes. Ids that are not there are passed over. */
  changeMany(ids: readonly string[], change: ChangeBlob): Promise<Blob[]>;
  /** A soft delete that keeps the data. `reason` marks what was deleted together, so that `restore` brings back just that. */
  tombstone(ids: readonly string[], reason: string): Promise<void>;
  /** What is gone for good stays so: it would come back without its words. */
  restore(ids: readonly string[], reason: string): Promise<void>;
  /** Each write of this window, of other windows and of the replication, tombstones too. */
  readonly changes$: Observable<BlobChanges>;
}

type Row = RxDocumentData<StoredBlob>;

const WRITE_CONTEXT = 'recto';
const PAGE = 100;

export function createBlobStore(collection: RxCollection<StoredBlob>, clock: Clock): BlobStore {
  const storage = collection.storageInstance;

  async function readRows(ids: readonly string[]): Promise<Row[]> {
    try {
      return await storage.findDocumentsById([...ids], true);
    } catch (thrown) {
      throw toStorageError(thrown);
    }
  }

  /** Asked of the storage itself: RxDB's query cache would keep the texts in memory. */
  async function queryRows(field: keyof typeof BLOB_INDEXES, value: string, deleted: boolean): Promise<Row[]> {
    const selector: MangoQuerySelector<Row> = { _deleted: { $eq: deleted }, [field]: { $eq: value } };
    const query = normalizeMangoQuery<Row>(storage.schema, { selector, index: ['_deleted', ...BLOB_INDEXES[field]] });
    try {
      return (await storage.query(prepareQuery<StoredBlob>(storage.schema, query))).documents;
    } catch (thrown) {
      throw toStorageError(thrown);
    }
  }

  async function* scanRows(field: keyof typeof BLOB_INDEXES, value: string, deleted: boolean, limit: number): AsyncGenerator<Row[]> {
    for (let after = ''; ; ) {
      const selector: MangoQuerySelector<Row> = { _deleted: { $eq: deleted }, [field]: { $eq: value }, id: { $gt: after } };
      const query = normalizeMangoQuery<Row>(storage.schema, { selector, index: ['_deleted', ...BLOB_INDEXES[field]], sort: [{ id: 'asc' }], limit });
      let page: Row[];
      try {
        page = (await storage.query(prepareQuery<StoredBlob>(storage.schema, query))).documents;
      } catch (thrown) {
        throw toStorageError(thrown);
      }
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)!.id;
    }
  }

  /** @returns the rows that someone else has written meanwhile, as they are now */
  async function write(rows: BulkWriteRow<StoredBlob>[]): Promise<Row[]> {
    if (rows.length === 0) return [];
    let result: Awaited<ReturnType<typeof storage.bulkWrite>>;
    try {
      result = await storage.bulkWrite(rows, WRITE_CONTEXT);
    } catch (thrown) {
      throw toStorageError(thrown);
    }
    return result.error.map((error) => {
      if (error.status === 409) return error.documentInDb;
      throw toStorageError(error);
    });
  }

  async function changeMany(ids: readonly string[], change: ChangeBlob): Promise<Blob[]> {
    const done = new Map<string, Blob>();
    let waiting = await readRows([...new Set(ids)]);
    while (waiting.length > 0) {
      const rows: BulkWriteRow<StoredBlob>[] = [];
      for (const previous of waiting) {
        const before = toBlob(previous);
        const next = change(before);
        if (next === null) done.set(before.id, before);
        else rows.push({ previous, document: nextRow(previous, next, clock.now()) });
      }
      waiting = await write(rows);
      const lost = new Set(waiting.map((row) => row.id));
      for (const { document } of rows) if (!lost.has(document.id)) done.set(document.id, toBlob(document));
    }
    return ids.flatMap((id) => done.get(id) ?? []);
  }

  const store: BlobStore = {
    collection,
    changes$: collection.eventBulks$.pipe(
      filter((bulk) => !bulk.isLocal && bulk.events.length > 0),
      map((bulk) => ({
        blobs: bulk.events.map((event) => toBlob(event.documentData)),
        before: new Map(bulk.events.flatMap((event) => (event.previousDocumentData ? [[event.documentId, toBlob(event.previousDocumentData as Row)] as const] : []))),
        isLocal: bulk.context === WRITE_CONTEXT,
        lwt: Math.max(...bulk.events.map((event) => event.documentData._meta.lwt)),
      })),
      share(),
    ),
    async get(id, options) {
      return (await store.getMany([id], options)).get(id) ?? null;
    },
    async getMany(ids, options = {}) {
      const rows = await readRows(ids);
      return new Map(rows.filter((row) => options.deleted === true || !row._deleted).map((row) => [row.id, toBlob(row)]));
    },
    async find(field, value, options = {}) {
      const found = await Promise.all((options.deleted === 'only' ? [true] : options.deleted === true ? [false, true] : [false]).map((deleted) => queryRows(field, value, deleted)));
      return found.flat().map(toBlob);
    },
    async *scan(value, of, { field = 'schema_id', rows: limit = PAGE } = {}) {
      for await (const rows of scanRows(field, value, of === 'deleted', limit)) yield rows.map(toBlob);
    },
    async writtenHere(ids) {
      return new Map((await readRows(ids)).map((row) => [row.id, row._meta.lwt]));
    },
    async insert(blobs) {
      const made = blobs.map((blob) => newRow(blob, clock.now()));
      const taken = await write(made.map((document) => ({ document })));
      if (taken.length > 0) throw new RectoError('already_exists', 'Something of this id is in the library already; nothing of it was changed.');
      return made.map(toBlob);
    },
    async insertOnce(blob) {
      const taken = await write([{ document: toRow(blob, EMPTY_META) }]);
      return taken.length > 0 ? 'existed' : 'stored';
    },
    changeMany,
    async change(id, change) {
      const [blob] = await changeMany([id], change);
      if (!blob) throw new RectoError('not_found', 'This text is no longer in the library.');
      return blob;
    },
    async tombstone(ids, reason) {
      await changeMany(ids, (blob) => (blob.deleted ? null : { ...blob, deleted: true, tags: [...blob.tags, reason] }));
    },
    async restore(ids, reason) {
      await changeMany(ids, (blob) =>
        blob.deleted && blob.tags.includes(reason) && !isEmptied(blob) ? { ...blob, deleted: false, tags: blob.tags.filter((tag) => tag !== reason) } : null,
      );
    },
  };
  return store;
}

type RowMeta = Pick<Row, '_attachments' | '_rev' | '_meta'>;

/** RxDB fills in the revision and the time of the write itself. */
const EMPTY_META: RowMeta = { _attachments: {}, _rev: '', _meta: { lwt: 0 } };

function newRow(blob: NewBlob, now: number): Row {
  const time = new Date(now).toISOString();
  const made: Blob = Object.assign({}, blob as Blob, { tags: blob.tags ?? [], version: 1, created_at: time, updated_at: time, deleted: false });
  return toRow(made, EMPTY_META);
}

function nextRow(previous: Row, next: Blob, now: number): Row {
  const before = Date.parse(previous.updated_at);
  // A clock that was set back must not make a newer text look older than the one it replaces.
  const time = Number.isNaN(before) ? now : Math.max(now, before + 1);
  const blob = { ...next, id: previous.id, version: previous.version + 1, updated_at: new Date(time).toISOString() };
  return toRow(blob, previous);
}

function toRow(blob: Blob, { _attachments, _rev, _meta }: RowMeta): Row {
  const { deleted, ...rest } = blob;
  return Object.assign(rest as StoredBlob, { _deleted: deleted, _attachments, _rev, _meta });
}

/** A stored row as the wire has it. */
export function toBlob(row: Row): Blob {
  const { _deleted, _attachments, _rev, _meta, ...rest } = row;
  return Object.assign(rest as Omit<Blob, 'deleted'>, { deleted: _deleted }) as Blob;
}
