import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';
import { wait } from '#processors/contract/timers.ts';
import type { BlobEvent } from '#processors/orchestrator/ports.ts';
import { processorsWanting, toBlobEvent, type EventBus, type EventBusOptions } from '../event-bus.ts';
import type { OutboxEvent } from '../../state-service/blob-store.ts';
import { consumerName, consumersFor, DELETIONS, ensureConsumers, ensureStream, listConsumers, STREAM } from './blob-stream.ts';
import { startConsumerLoop, type ConsumerLoop } from './consumer-loop.ts';
import type { NatsLink, NatsSession } from './nats-link.ts';
import { toSubject } from './subjects.ts';

export interface NatsBusOptions extends EventBusOptions {
  link: NatsLink;
  /** The database's: what another database's server left in the stream is none of this one's. */
  epoch: string;
  /** How many jobs of a processor may be made now, beside those that wait. */
  room(processorId: string): Promise<number>;
  /** How often it is looked whether the stream still holds what had no effect yet. */
  sweepMs?: number;
}

/** An event whose effect is not stored yet. */
interface Pending {
  event: OutboxEvent;
  /** The consumers that are to store its effect, or, where nobody is, `STREAM`: it is enough that it is published. */
  waitsFor: Set<string>;
  /** Where it is in the stream, once that is known. */
  streamSeq: number | undefined;
  /** How often the stream lost it. */
  losses: number;
}

interface Session extends NatsSession {
  manager: JetStreamManager;
  stream: JetStreamClient;
  loops: Map<string, ConsumerLoop>;
  /** Those that were made last. */
  consumers: string;
}

const SWEEP_MS = 2_000;
/** For the last acknowledgements of a stopping server to leave. */
const FLUSH_MS = 1_000;
/** More at once, and the acknowledgement of the last would come too late. */
const MAX_PUBLISHING = 1000;

/**
 * The bus on NATS JetStream: the stream BLOBS, and a durable consumer for each processor. The outbox is what counts: the stream
 * may be lost with all its consumers at any time, also while the server runs.
 */
export function createNatsBus(options: NatsBusOptions): EventBus {
  const { link, epoch, onFailure } = options;
  const pending = new Map<number, Pending>();
  const stopping = new AbortController();
  /** To be published on this session, in order. */
  let queue: Pending[] = [];
  let publishing = 0;
  let session: Session | null = null;
  let consumersInHand = Promise.resolve();
  let sweeping = Promise.resolve();

  const record = (eventId: number, by: string): void => {
    const waiting = pending.get(eventId);
    if (!waiting?.waitsFor.delete(by) || waiting.waitsFor.size > 0) return;
    pending.delete(eventId);
    options.onRecorded(eventId);
  };

  const publish = (to: Session, { event, losses }: Pending): Promise<number> => {
    const { id, type, user_id, blob_id, schema_id, processor_id, version, parent_id } = event;
    const subject = type === 'blob.derived' ? type : toSubject(`${type}.${schema_id}`);
    const body = JSON.stringify({ type, user_id, blob_id, schema_id, processor_id, version, ...(parent_id !== null && { parent_id }) });
    // Another id after a loss: within two minutes the stream would take the same for a repetition, and drop it.
    const msgID = losses === 0 ? `${epoch}.${id}` : `${epoch}.${id}.${losses}`;
    return to.stream.publish(subject, body, { msgID }).then(({ seq }) => seq);
  };

  const publishQueue = (to: Session): void => {
    while (to === session && publishing < MAX_PUBLISHING && queue.length > 0) {
      const waiting = queue.shift()!;
      publishing += 1;
      publish(to, waiting).then(
        (seq) => {
          if (to !== session) return;
          waiting.streamSeq = seq;
          publishing -= 1;
          record(waiting.event.id, STREAM);
          publishQueue(to);
        },
        (error: unknown) => to.end(error),
      );
    }
  };

  const take = async (name: string, message: JsMsg): Promise<void> => {
    const [ofEpoch, id] = (message.headers?.get('Nats-Msg-Id') ?? '').split('.');
    if (ofEpoch !== epoch) return;
    const blobEvent = toBlobEvent(message.json<OutboxEvent>());
    if (blobEvent) await options.handle(blobEvent, name === DELETIONS ? undefined : decodeURIComponent(name));
    record(Number(id), name);
  };

  const startLoop = async (of: Session, name: string): Promise<void> => {
    const consumer = await of.stream.consumers.get(STREAM, name);
    of.loops.set(name, startConsumerLoop({
      consumer,
      room: () => (name === DELETIONS ? Promise.resolve(Infinity) : options.room(decodeURIComponent(name))),
      take: (message) => take(name, message),
      // A new connection finds out what is still there.
      onEnd: of.end,
      onFailure,
    }));
  };

  const wantedBy = (event: OutboxEvent): Set<string> => {
    const blobEvent: BlobEvent | null = toBlobEvent(event);
    if (!blobEvent) return new Set([STREAM]);
    if (blobEvent.type === 'blob.deleted') return new Set([DELETIONS]);
    const wanting = processorsWanting(blobEvent, options.processors());
    return new Set(wanting.length > 0 ? wanting.map(consumerName) : [STREAM]);
  };

  /** Consumers and loops follow the processors; what waits for one that is gone, or no longer wants it, waits no longer. */
  const followProcessors = async (of: Session): Promise<void> => {
    const wanted = consumersFor(options.processors());
    of.consumers = describe(wanted);
    for (const [name, loop] of of.loops) {
      if (wanted.has(name)) continue;
      of.loops.delete(name);
      await loop.stop();
    }
    await ensureConsumers(of.manager, wanted);
    for (const name of wanted.keys()) if (!of.loops.has(name)) await startLoop(of, name);
    // By event too: one whose patterns or schemas changed is not sent what it no longer wants.
    for (const [id, { event, waitsFor }] of pending) {
      const wanting = wantedBy(event);
      for (const name of waitsFor) if (name !== STREAM && !wanting.has(name)) record(id, name);
    }
  };

  const follow = (of: Session): Promise<void> => {
    consumersInHand = consumersInHand.then(() => followProcessors(of)).catch(of.end);
    return consumersInHand;
  };

  /** Publishes again what the stream no longer holds for a consumer that has not stored its effect. */
  const sweep = async (of: Session): Promise<void> => {
    const suspects = [...pending].filter(([, { streamSeq }]) => streamSeq !== undefined);
    if (suspects.length === 0) return;
    const consumers = new Map((await listConsumers(of.manager)).map((info) => [info.name, info]));
    for (const name of of.loops.keys()) if (!consumers.has(name)) throw new Error(`The consumer ${name} is gone from the stream.`);
    for (const [id, waiting] of suspects) {
      const isLost = [...waiting.waitsFor].some((name) => {
        const info = consumers.get(name);
        return !info || info.ack_floor.stream_seq >= waiting.streamSeq! || info.num_pending + info.num_ack_pending === 0;
      });
      if (!isLost || !pending.has(id)) continue;
      waiting.losses += 1;
      waiting.streamSeq = undefined;
      queue.push(waiting);
    }
    publishQueue(of);
  };

  const keepSweeping = async (of: Session): Promise<void> => {
    while (!of.signal.aborted && !stopping.signal.aborted) {
      await wait(options.sweepMs ?? SWEEP_MS, AbortSignal.any([of.signal, stopping.signal]));
      if (of.signal.aborted || stopping.signal.aborted) return;
      if (of.consumers !== describe(consumersFor(options.processors()))) await follow(of);
      await sweep(of);
    }
  };

  const stopLoops = async (of: Session): Promise<void> => {
    await Promise.all([...of.loops.values()].map((loop) => loop.stop()));
    of.loops.clear();
  };

  link.onConnection = async (begun) => {
    const manager = await jetstreamManager(begun.connection);
    await ensureStream(manager);
    const opened: Session = { ...begun, manager, stream: jetstream(begun.connection), loops: new Map(), consumers: '' };
    begun.signal.addEventListener('abort', () => {
      if (session === opened) session = null;
      void stopLoops(opened).catch(onFailure);
    }, { once: true });
    await followProcessors(opened);
    if (begun.signal.aborted || stopping.signal.aborted) return stopLoops(opened);
    session = opened;
    publishing = 0;
    queue = [...pending.values()];
    for (const waiting of queue) waiting.streamSeq = undefined;
    publishQueue(opened);
    sweeping = keepSweeping(opened).catch(opened.end);
  };

  return {
    carry: (events) => {
      for (const event of events) {
        const waiting: Pending = { event, waitsFor: wantedBy(event), streamSeq: undefined, losses: 0 };
        pending.set(event.id, waiting);
        queue.push(waiting);
      }
      if (session) publishQueue(session);
      else queue = [];
    },
    refresh: () => {
      if (session) void follow(session);
    },
    start: () => link.start(),
    trouble: () => link.trouble(),
    stop: async () => {
      stopping.abort();
      link.onConnection = null;
      const current = session;
      session = null;
      await consumersInHand;
      if (current) {
        await stopLoops(current);
        // On a connection that is just breaking it may never be answered.
        await Promise.race([current.connection.flush(), wait(FLUSH_MS, current.signal)]).catch(() => {});
      }
      await sweeping;
    },
  };
}

function describe(consumers: ReadonlyMap<string, string>): string {
  return JSON.stringify([...consumers]);
}
