import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { startNats, type TestNats } from '../../test-support/nats-server.ts';
import type { EventBusOptions } from '../event-bus.ts';
import { makeEvent, makeManifest, runEventBusAcceptance, watchBus, type EventBusSetup } from '../event-bus.acceptance.ts';
import { STREAM } from './blob-stream.ts';
import { createNatsBus, type NatsBusOptions } from './nats-bus.ts';
import { readNatsAccess, type NatsAccess } from './nats-keys.ts';
import { connectToNats, createNatsLink } from './nats-link.ts';

let nats: TestNats;
let access: NatsAccess;

beforeAll(async () => {
  nats = await startNats();
  access = await readNatsAccess(nats.dir);
});
afterAll(() => nats.stop());

/** Each a server with a database of its own, unless the epoch is given. */
function createSetup(more: Partial<NatsBusOptions> = {}): EventBusSetup & { troubles: (string | null)[] } {
  const closing: (() => Promise<void>)[] = [];
  const troubles: (string | null)[] = [];
  return {
    troubles,
    createBus: (options: EventBusOptions) => {
      const link = createNatsLink({ url: nats.url, access, onTrouble: (trouble) => troubles.push(trouble) });
      const bus = createNatsBus({ epoch: randomUUID(), room: async () => 1000, sweepMs: 50, ...options, link, ...more });
      const stop = async (): Promise<void> => {
        await bus.stop();
        await link.stop();
      };
      closing.push(stop);
      return { ...bus, stop };
    },
    close: async () => {
      for (const stop of closing) await stop();
    },
  };
}

runEventBusAcceptance('NATS JetStream', async () => createSetup());

describe('on NATS', () => {
  const NOTES = makeManifest('notes', ['blob.created.note-v1']);
  let opened: EventBusSetup[];
  let admin: NatsConnection;
  let manager: JetStreamManager;
  beforeEach(async () => {
    opened = [];
    admin = await connectToNats(nats.url, access);
    manager = await jetstreamManager(admin);
  });
  afterEach(async () => {
    for (const setup of opened) await setup.close();
    await admin.close();
    await nats.restart();
  });

  const watch = (manifests: ProcessorManifest[] = [NOTES], more: Partial<NatsBusOptions> = {}) => {
    const setup = createSetup(more);
    opened.push(setup);
    return Object.assign(watchBus(setup, manifests), { troubles: setup.troubles });
  };
  const consumers = async (): Promise<Record<string, string | undefined>> => {
    const found: [string, string | undefined][] = [];
    for await (const { name, config } of manager.consumers.list(STREAM)) found.push([name, config.filter_subject]);
    return Object.fromEntries(found.toSorted());
  };

  it('a processor has a durable consumer with its patterns’ common filter, for as long as it is registered', async () => {
    const watched = watch([NOTES, makeManifest('both', ['blob.created.note-v1', 'blob.updated.pitch-v1'])]);
    watched.bus.start();
    watched.bus.carry([makeEvent(1)]);
    await watched.settled(1);
    expect(await consumers()).toEqual({ DELETIONS: 'blob.deleted.>', both: 'blob.*.*', notes: 'blob.created.note-v1' });
    watched.processors.manifests = [makeManifest('notes', ['blob.updated.note-v1'])];
    watched.bus.refresh();
    await vi.waitFor(async () => expect(await consumers()).toEqual({ DELETIONS: 'blob.deleted.>', notes: 'blob.updated.note-v1' }));
  });

  it('what a processor no longer wants, since it was registered anew, is waited for and published no more', async () => {
    const watched = watch([NOTES], { room: async () => 0 });
    watched.bus.start();
    watched.bus.carry([makeEvent(1)]);
    await vi.waitFor(async () => expect((await manager.streams.info(STREAM)).state.last_seq).toBeGreaterThan(0));
    watched.processors.manifests = [makeManifest('notes', ['blob.updated.note-v1'])];
    watched.bus.refresh();
    await watched.settled(1);
    expect([...watched.effects]).toEqual([]);
  });

  it('is waited for: what came meanwhile is delivered when nats-server is there', async () => {
    await nats.kill();
    const watched = watch();
    watched.bus.start();
    watched.bus.carry([makeEvent(1)]);
    await vi.waitFor(() => expect(watched.troubles).toEqual([expect.stringContaining('events wait in the outbox')]));
    expect(watched.bus.trouble()).toContain(nats.url);
    await nats.restart();
    await watched.settled(1);
    await vi.waitFor(() => expect(watched.troubles.at(-1)).toBeNull());
    expect(watched.bus.trouble()).toBeNull();
  });

  it('a nats-server that is killed in the middle, and one whose store is wiped, loses nothing', async () => {
    const watched = watch();
    watched.bus.start();
    const carry = (from: number, to: number): void => {
      for (let id = from; id <= to; id += 1) watched.bus.carry([makeEvent(id)]);
    };
    let effects = 0;
    let reached = (): void => {};
    const half = (): Promise<void> => new Promise((resolve) => (reached = resolve));
    watched.beforeEffect = async () => {
      if ((effects += 1) % 300 === 0) reached();
    };
    const firstHalf = half();
    carry(1, 1000);
    await firstHalf;
    await nats.kill();
    carry(1001, 1100);
    await nats.restart();
    await watched.settled(1100);

    const secondHalf = half();
    carry(1101, 2000);
    await secondHalf;
    await nats.wipe();
    carry(2001, 2100);
    await nats.restart();
    await watched.settled(2100);
    expect(watched.effects.size).toBe(2100);
    expect(watched.recorded).toHaveLength(2100);
  });

  it('a stream that is deleted or emptied under the running server is made again, and loses nothing', async () => {
    const watched = watch([NOTES], { room: async () => room });
    let room = 1000;
    watched.bus.start();
    watched.bus.carry([makeEvent(1)]);
    await watched.settled(1);
    room = 0;
    watched.bus.carry([makeEvent(2), makeEvent(3)]);
    await vi.waitFor(async () => expect((await manager.consumers.info(STREAM, 'notes')).num_pending).toBeLessThanOrEqual(2));
    await manager.streams.purge(STREAM);
    room = 1000;
    await watched.settled(3);
    await manager.streams.delete(STREAM);
    watched.bus.carry([makeEvent(4)]);
    await watched.settled(4);
    await manager.consumers.delete(STREAM, 'notes');
    watched.bus.carry([makeEvent(5)]);
    await watched.settled(5);
  });

  it('what an earlier run handled, and died before it could say so, is recorded at last', async () => {
    const epoch = randomUUID();
    const first = watch([NOTES], { epoch });
    first.bus.start();
    first.bus.carry([makeEvent(1)]);
    await first.settled(1);
    await first.bus.stop();
    const second = watch([NOTES], { epoch });
    second.bus.start();
    second.bus.carry([makeEvent(1)]);
    await second.settled(1);
    expect(second.recorded).toEqual([1]);
  });

  it('what a server had taken and not handled when it was stopped, its next start has', async () => {
    const epoch = randomUUID();
    const first = watch([NOTES], { epoch });
    let began = (): void => {};
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const held: (() => void)[] = [];
    first.beforeEffect = () => {
      began();
      return new Promise((resolve) => void held.push(resolve));
    };
    first.bus.start();
    first.bus.carry(Array.from({ length: 1500 }, (_, index) => makeEvent(index + 1)));
    await beginning;
    const stopped = first.bus.stop();
    first.beforeEffect = async () => {
      throw new Error('handled after the stop');
    };
    for (const goOn of held) goOn();
    await stopped;
    const left = Array.from({ length: 1500 }, (_, index) => index + 1).filter((id) => !first.recorded.includes(id));
    const second = watch([NOTES], { epoch });
    second.bus.start();
    second.bus.carry(left.map((id) => makeEvent(id)));
    await second.settled(left.length);
    expect(second.effects.size).toBeGreaterThanOrEqual(left.length);
  });

  it('can be stopped in the moment in which nats-server dies', async () => {
    for (let round = 0; round < 4; round += 1) {
      const watched = watch();
      watched.bus.start();
      watched.bus.carry(Array.from({ length: 500 }, (_, index) => makeEvent(index + 1)));
      await vi.waitFor(() => expect(watched.recorded.length).toBeGreaterThan(0), { interval: 5 });
      const killed = nats.kill();
      await new Promise((resolve) => void setImmediate(resolve));
      const started = Date.now();
      await watched.bus.stop();
      expect(Date.now() - started).toBeLessThan(15_000);
      await killed;
      await nats.restart();
    }
  });

  it('what another database’s server left in the stream has no effect here', async () => {
    const foreign = watch([NOTES], { room: async () => 0 });
    foreign.bus.start();
    foreign.bus.carry([makeEvent(77)]);
    await vi.waitFor(async () => expect((await manager.streams.info(STREAM)).state.messages).toBeGreaterThan(0));
    await foreign.bus.stop();
    await jetstream(admin).publish('blob.created.note-v1', 'no event at all');
    const watched = watch();
    watched.bus.start();
    watched.bus.carry([makeEvent(1)]);
    await watched.settled(1);
    expect([...watched.effects]).toEqual(['blob.created b1@1 by notes']);
  });

  it('a processor with no room is not pulled, and its neighbours are', async () => {
    let room = 0;
    const watched = watch([NOTES, makeManifest('full', ['blob.created.note-v1'])], { room: async (id) => (id === 'full' ? room : 1000) });
    watched.bus.start();
    watched.bus.carry([makeEvent(1), makeEvent(2)]);
    await vi.waitFor(() => expect([...watched.effects]).toEqual(['blob.created b1@1 by notes', 'blob.created b2@1 by notes']));
    expect(watched.recorded).toEqual([]);
    expect((await manager.consumers.info(STREAM, 'full')).delivered.consumer_seq).toBe(0);
    room = 50;
    await watched.settled(2);
  });
});
