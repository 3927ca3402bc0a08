import { AckPolicy, DeliverPolicy, JetStreamApiError, RetentionPolicy, StorageType, type ConsumerConfig, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { findCommonPattern } from './common-pattern.ts';
import { toToken } from './subjects.ts';

export const STREAM = 'BLOBS';

/** The consumer of deletions, which are no one processor's. */
export const DELETIONS = 'DELETIONS';

/** Redelivered when its effect is not stored by then: the server that had it is gone, or its disk hangs. */
const ACK_WAIT_MS = 5_000;
/** Many times what a server has in hand: what one that died had must not keep the next from taking others meanwhile. */
const MAX_ACK_PENDING = 5_000;
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Makes the stream where it is not there. It keeps what some consumer has not acknowledged, up to a size: a message that
 * it lets go of is published again, for its row is still in the outbox.
 */
export async function ensureStream(manager: JetStreamManager): Promise<void> {
  const config = { subjects: ['blob.>'], max_age: nanos(MAX_AGE_MS), max_bytes: MAX_BYTES };
  try {
    await manager.streams.info(STREAM);
    await manager.streams.update(STREAM, config);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await manager.streams.add({ name: STREAM, retention: RetentionPolicy.Interest, storage: StorageType.File, num_replicas: 1, ...config });
  }
}

/** A processor's consumer; its name may hold no more than a subject's token. */
export const consumerName = toToken;

/** The consumers that there should be: each one's name and filter. */
export function consumersFor(processors: readonly ProcessorManifest[]): Map<string, string> {
  const wanted = new Map([[DELETIONS, 'blob.deleted.>']]);
  for (const { id, event_patterns } of processors) {
    const filter = findCommonPattern(event_patterns);
    if (filter !== null) wanted.set(consumerName(id), filter);
  }
  return wanted;
}

/** Makes, changes and removes durable consumers until the stream has these and no others. */
export async function ensureConsumers(manager: JetStreamManager, wanted: ReadonlyMap<string, string>): Promise<void> {
  const standing = new Map((await listConsumers(manager)).map(({ name, config }) => [name, config]));
  for (const name of standing.keys()) if (!wanted.has(name)) await removeConsumer(manager, name);
  for (const [name, filter] of wanted) {
    const config = standing.get(name);
    if (!config) await manager.consumers.add(STREAM, consumerConfig(name, filter));
    else if (config.filter_subject !== filter) await manager.consumers.update(STREAM, name, { filter_subject: filter });
  }
}

export async function listConsumers(manager: JetStreamManager): Promise<ConsumerInfo[]> {
  const found: ConsumerInfo[] = [];
  for await (const info of manager.consumers.list(STREAM)) found.push(info);
  return found;
}

async function removeConsumer(manager: JetStreamManager, name: string): Promise<void> {
  try {
    await manager.consumers.delete(STREAM, name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function consumerConfig(name: string, filter: string): Partial<ConsumerConfig> {
  return {
    durable_name: name,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MAX_ACK_PENDING,
  };
}

/** JetStream's own words for what is not there: a stream (10059), a consumer (10014). */
function isNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && (error.code === 10059 || error.code === 10014);
}
