/** The stats in memory: by blob and by conversation, and how those that are stored come in, a few at a time. */
import type { RxCollection, RxStorageInstance } from 'rxdb';
import type { BlobStats } from './blob-stats.ts';
import { openRowIndex } from './mirror/row-index.ts';
import type { StoreInstance } from './mirror/stored-rows.ts';

export interface StatsRows {
  get(id: string): BlobStats | undefined;
  inConversation(id: string): readonly BlobStats[];
  conversations(): Iterable<string>;
  put(row: BlobStats): void;
  /** Takes in what is stored for these blobs. @returns their rows that are new here */
  load(ids: readonly string[]): Promise<BlobStats[]>;
  /** Takes in all that is stored. The more blobs a library has, the longer it takes: nothing waits for it that shows one book. */
  loadAll(isClosed: () => boolean): Promise<void>;
}

/** About 10 ms of reading. */
const LOAD_BATCH = 500;

export function createStatsRows(collection: RxCollection<BlobStats>): StatsRows {
  const rows = new Map<string, BlobStats>();
  const conversations = new Map<string, Map<string, BlobStats>>();
  const storage = collection.storageInstance as RxStorageInstance<BlobStats, unknown, unknown>;

  const put = (row: BlobStats): void => {
    rows.set(row.id, row);
    if (row.conversation_id === undefined) return;
    const conversation = conversations.get(row.conversation_id) ?? new Map<string, BlobStats>();
    conversations.set(row.conversation_id, conversation.set(row.id, row));
  };

  const load = async (ids: readonly string[]): Promise<BlobStats[]> => {
    const missing = ids.filter((id) => !rows.has(id));
    // Asked of the storage itself: RxDB would make a document object of each row and keep it.
    const stored = missing.length > 0 ? await storage.findDocumentsById(missing, false) : [];
    // One that was made from its blob meanwhile is newer.
    const added = stored.map(toStats).filter(({ id }) => !rows.has(id));
    for (const row of added) put(row);
    return added;
  };

  return {
    get: (id) => rows.get(id),
    inConversation: (id) => [...(conversations.get(id)?.values() ?? [])],
    conversations: () => conversations.keys(),
    put,
    load,
    async loadAll(isClosed) {
      const index = await openRowIndex(storage as unknown as StoreInstance);
      for (let keys = await index.keys(null, LOAD_BATCH); keys.length > 0 && !isClosed(); keys = await index.keys(keys.at(-1)!, LOAD_BATCH)) {
        await load(keys.map(({ id }) => id));
        // Typing goes before counting.
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
}

function toStats({ _deleted, _attachments, _rev, _meta, ...row }: BlobStats & Partial<Record<'_deleted' | '_attachments' | '_rev' | '_meta', unknown>>): BlobStats {
  return row;
}
