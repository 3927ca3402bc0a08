import { findPreview } from './preview.ts';
import type { Orchestrator } from '#processors/orchestrator/ports.ts';
import type { BlobStore, OutboxEvent } from '../state-service/blob-store.ts';
import type { SocketHub } from './socket-hub.ts';

export interface EventSinks {
  hub: SocketHub;
  store: BlobStore;
  orchestrator: Orchestrator;
}

/** Gives one event of the outbox to all who listen: the user's sockets, and the processors. */
export async function publishEvent({ hub, store, orchestrator }: EventSinks, event: OutboxEvent): Promise<void> {
  const { blob_id, user_id, schema_id, processor_id, version, parent_id } = event;
  if (event.type === 'blob.derived') {
    // The text is read only now, for whoever listens: the bus itself carries ids.
    const preview = hub.hasListener(user_id, 'blob.derived') ? findPreview((await store.read(user_id, blob_id))?.doc) : undefined;
    hub.publish(user_id, 'blob.derived', () => ({
      type: 'blob.derived',
      data: { parent_id: parent_id ?? '', derived_id: blob_id, processor_id, ...(preview !== undefined && { preview }) },
    }));
    return;
  }
  const { type } = event;
  const data = { blob_id, user_id, schema_id, processor_id, version };
  hub.publish(user_id, `${type}.${schema_id}`, () => ({ type, data }));
  await orchestrator.handleEvent({ type, ...data });
}
