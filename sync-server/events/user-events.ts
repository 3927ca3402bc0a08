import type { BlobStore, OutboxEvent } from '../state-service/blob-store.ts';
import { findPreview } from './preview.ts';
import type { SocketHub } from './socket-hub.ts';

export interface UserEvents {
  /** Tells a user's listeners of what was committed, in order. Who doesn't listen now is told nothing later: sync brings it. */
  push(events: readonly OutboxEvent[]): void;
  /** Resolves when all that was pushed has been told. */
  idle(): Promise<void>;
}

export interface UserEventsOptions {
  hub: SocketHub;
  store: BlobStore;
  onFailure(error: unknown): void;
}

export function createUserEvents({ hub, store, onFailure }: UserEventsOptions): UserEvents {
  let told = Promise.resolve();

  const tell = async (event: OutboxEvent): Promise<void> => {
    const { type, blob_id, user_id, schema_id, processor_id, version, parent_id } = event;
    if (type === 'blob.derived') {
      // The text is read only now, for whoever listens: the bus itself carries ids.
      const preview = hub.hasListener(user_id, type) ? findPreview((await store.read(user_id, blob_id))?.doc) : undefined;
      hub.publish(user_id, type, () => ({
        type,
        data: { parent_id: parent_id ?? '', derived_id: blob_id, processor_id, ...(preview !== undefined && { preview }) },
      }));
      return;
    }
    hub.publish(user_id, `${type}.${schema_id}`, () => ({ type, data: { blob_id, user_id, schema_id, processor_id, version } }));
  };

  return {
    push: (events) => {
      for (const event of events) told = told.then(() => tell(event)).catch(onFailure);
    },
    idle: () => told,
  };
}
