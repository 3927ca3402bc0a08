import type { RxStorage } from 'rxdb';

export interface StorageReads {
  /** Ids of the documents that were read, by collection. */
  ids(collection: string): string[];
  reset(): void;
}

/** The same storage, and a record of each document that leaves it. */
export function spyOnStorage(storage: RxStorage<unknown, unknown>): { storage: RxStorage<unknown, unknown>; reads: StorageReads } {
  const read = new Map<string, string[]>();
  const note = (collection: string, documents: readonly unknown[]): void => {
    const ids = documents.map((document) => String((document as { id: unknown }).id));
    read.set(collection, [...(read.get(collection) ?? []), ...ids]);
  };
  const spied: RxStorage<unknown, unknown> = {
    name: storage.name,
    rxdbVersion: storage.rxdbVersion,
    async createStorageInstance(params) {
      const instance = await storage.createStorageInstance(params);
      const query = instance.query.bind(instance);
      const findDocumentsById = instance.findDocumentsById.bind(instance);
      instance.query = async (prepared) => {
        const result = await query(prepared);
        note(params.collectionName, result.documents);
        return result;
      };
      instance.findDocumentsById = async (ids, deleted) => {
        const documents = await findDocumentsById(ids, deleted);
        note(params.collectionName, documents);
        return documents;
      };
      return instance;
    },
  };
  return { storage: spied, reads: { ids: (collection) => read.get(collection) ?? [], reset: () => read.clear() } };
}

/** The same storage, in which reads of more than so many documents by their ids wait until they are released. */
export function holdLargeReads(storage: RxStorage<unknown, unknown>, collectionName: string, most: number): { storage: RxStorage<unknown, unknown>; release(): void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held: RxStorage<unknown, unknown> = {
    name: storage.name,
    rxdbVersion: storage.rxdbVersion,
    async createStorageInstance(params) {
      const instance = await storage.createStorageInstance(params);
      if (params.collectionName !== collectionName) return instance;
      const findDocumentsById = instance.findDocumentsById.bind(instance);
      instance.findDocumentsById = async (ids, deleted) => {
        if (ids.length > most) await released;
        return findDocumentsById(ids, deleted);
      };
      return instance;
    },
  };
  return { storage: held, release: () => release() };
}
