import type { ProcessorManifest } from '#processors/contract/processor.ts';
import type { BlobEvent } from '#processors/orchestrator/ports.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';

/** Carries the events of blobs from the outbox to the processors that want them: in the process, or by NATS. */
export interface EventBus {
  /**
   * Takes events over, in order. Each is named to `onRecorded` when its effect is stored; until then the outbox holds it,
   * and the bus delivers it again.
   */
  carry(events: readonly OutboxEvent[]): void;
  /** The processors are others than before. */
  refresh(): void;
  start(): void;
  /** Why events don't get through at this moment, for whoever runs the server; null: they do. */
  trouble(): string | null;
  /** Handles nothing more; resolves when what is being handled is stored. */
  stop(): Promise<void>;
}

export interface EventBusOptions {
  /** Those whose jobs are made here, of this moment. */
  processors(): readonly ProcessorManifest[];
  /**
   * Stores an event's effect: the job of that processor, or with none named those of all. Repeated and reordered calls
   * must be harmless. One that throws is made again.
   */
  handle(event: BlobEvent, processorId?: string): Promise<void>;
  /** Called once for each event that was carried. */
  onRecorded(eventId: number): void;
  onFailure(error: unknown): void;
}

/** What the processors are told of an event; null: a derived blob is told to them by its `blob.created`. */
export function toBlobEvent({ type, user_id, blob_id, schema_id, processor_id, version }: OutboxEvent): BlobEvent | null {
  return type === 'blob.derived' ? null : { type, user_id, blob_id, schema_id, processor_id, version };
}

/** The processors whose jobs an event makes. */
export function processorsWanting(event: BlobEvent, processors: readonly ProcessorManifest[]): string[] {
  return processors.filter((manifest) => wantsEvent(manifest, event)).map(({ id }) => id);
}
