import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessorManifest } from '#processors/contract/processor.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';
import type { EventBus, EventBusOptions } from './event-bus.ts';

export interface EventBusSetup {
  /** One at a time; not started. */
  createBus(options: EventBusOptions): EventBus;
  /** Whatever the bus stands on. */
  close(): Promise<void>;
}

export function makeManifest(id: string, event_patterns: string[]): ProcessorManifest {
  return { id, name: id, description: '', input_schema_ids: [], output_schema_id: 'note-v1', priority: 0, max_concurrency: 1, event_patterns, config_schema: {} };
}

export function makeEvent(id: number, fields: Partial<OutboxEvent> = {}): OutboxEvent {
  return { id, type: 'blob.created', user_id: 'u1', blob_id: `b${id}`, schema_id: 'note-v1', processor_id: 'user-input', version: 1, parent_id: null, ...fields };
}

/** A bus, and what came of the events that it was given: the effects as a store would keep them, each once. */
export function watchBus(setup: EventBusSetup, manifests: ProcessorManifest[]) {
  const effects = new Set<string>();
  const recorded: number[] = [];
  const failures: unknown[] = [];
  const processors = { manifests };
  const watched = {
    effects, recorded, failures, processors,
    /** Comes before an effect is stored. */
    beforeEffect: async (_effect: string): Promise<void> => {},
  };
  const bus = setup.createBus({
    processors: () => processors.manifests,
    handle: async ({ type, blob_id, version }, processorId) => {
      const made = type === 'blob.deleted' || processorId !== undefined ? [processorId ?? 'everyone'] : processors.manifests.map(({ id }) => id);
      for (const id of made) {
        const effect = `${type} ${blob_id}@${version} by ${type === 'blob.deleted' ? 'everyone' : id}`;
        await watched.beforeEffect(effect);
        effects.add(effect);
      }
    },
    onRecorded: (id) => recorded.push(id),
    onFailure: (error) => failures.push(error),
  });
  const settled = (count: number): Promise<void> => vi.waitFor(() => expect(new Set(recorded).size).toBe(count), { interval: 10 });
  return Object.assign(watched, { bus, settled });
}

/** What every bus of events must do. */
export function runEventBusAcceptance(name: string, createSetup: () => Promise<EventBusSetup>): void {
  describe(`the bus of events: ${name}`, () => {
    let setup: EventBusSetup;
    let open: EventBus[];
    beforeEach(async () => {
      setup = await createSetup();
      open = [];
    });
    afterEach(async () => {
      for (const bus of open) await bus.stop();
      await setup.close();
    });
    const watch = (manifests: ProcessorManifest[]) => {
      const watched = watchBus(setup, manifests);
      open.push(watched.bus);
      return watched;
    };
    const NOTES = makeManifest('notes', ['blob.created.note-v1', 'blob.updated.note-v1']);

    it('stores each event’s effect and says so afterwards, once, also of what it was given before its start', async () => {
      const watched = watch([NOTES]);
      watched.beforeEffect = async (effect) => expect(watched.recorded.map((id) => `blob.created b${id}@1 by notes`)).not.toContain(effect);
      watched.bus.carry([makeEvent(1), makeEvent(2)]);
      watched.bus.start();
      watched.bus.carry([makeEvent(3)]);
      await watched.settled(3);
      expect([...watched.effects].toSorted()).toEqual(['blob.created b1@1 by notes', 'blob.created b2@1 by notes', 'blob.created b3@1 by notes']);
      expect(watched.recorded.toSorted()).toEqual([1, 2, 3]);
      expect(watched.failures).toEqual([]);
    });

    it('tells every processor that wants it, and of a deletion all at once', async () => {
      const watched = watch([NOTES, makeManifest('all', ['blob.>'])]);
      watched.bus.start();
      watched.bus.carry([makeEvent(1), makeEvent(2, { type: 'blob.deleted', version: 2 })]);
      await watched.settled(2);
      expect([...watched.effects].toSorted()).toEqual(['blob.created b1@1 by all', 'blob.created b1@1 by notes', 'blob.deleted b2@2 by everyone']);
    });

    it('holds nothing that no processor wants, nor what is only for listeners', async () => {
      const watched = watch([]);
      watched.bus.start();
      watched.bus.carry([makeEvent(1, { schema_id: 'a strange. *schema*.>' }), makeEvent(2, { type: 'blob.derived', parent_id: 'b1' })]);
      await watched.settled(2);
      expect(watched.effects.size).toBe(0);
    });

    it('delivers again what could not be stored, while others go on', async () => {
      const watched = watch([NOTES]);
      let attempts = 0;
      watched.beforeEffect = async (effect) => {
        if (effect.includes('b1@') && (attempts += 1) < 3) throw new Error('the disk is full');
      };
      watched.bus.start();
      watched.bus.carry([makeEvent(1), makeEvent(2)]);
      await watched.settled(2);
      expect(watched.recorded).toEqual([2, 1]);
      expect(watched.failures).toHaveLength(2);
    });

    it('follows the processors: one that comes is told what comes then, one that goes holds nothing up', async () => {
      const watched = watch([NOTES]);
      watched.bus.start();
      watched.bus.carry([makeEvent(1)]);
      await watched.settled(1);
      watched.processors.manifests = [makeManifest('other', ['blob.*.note-v1'])];
      watched.bus.refresh();
      watched.bus.carry([makeEvent(2)]);
      await watched.settled(2);
      expect([...watched.effects]).toEqual(['blob.created b1@1 by notes', 'blob.created b2@1 by other']);
      watched.processors.manifests = [];
      watched.bus.refresh();
      watched.bus.carry([makeEvent(3)]);
      await watched.settled(3);
      expect(watched.effects.size).toBe(2);
    });

    it('that is stopped has stored what it began, and another takes the rest', async () => {
      const first = watch([NOTES]);
      let began = (): void => {};
      let goOn = (): void => {};
      const beginning = new Promise<void>((resolve) => (began = resolve));
      first.beforeEffect = () => {
        began();
        return new Promise((resolve) => (goOn = resolve));
      };
      first.bus.start();
      first.bus.carry([makeEvent(1)]);
      await beginning;
      const stopped = first.bus.stop();
      first.bus.carry([makeEvent(2)]);
      goOn();
      await stopped;
      expect([...first.effects]).toEqual(['blob.created b1@1 by notes']);

      const second = watch([NOTES]);
      second.bus.start();
      second.bus.carry([1, 2].filter((id) => !first.recorded.includes(id)).map((id) => makeEvent(id)));
      await second.settled(2 - first.recorded.length);
      expect([...first.effects, ...second.effects]).toContain('blob.created b2@1 by notes');
    });

    it('carries thousands', async () => {
      const watched = watch([NOTES]);
      watched.bus.start();
      watched.bus.carry(Array.from({ length: 3000 }, (_, index) => makeEvent(index + 1)));
      await watched.settled(3000);
      expect(watched.effects.size).toBe(3000);
      expect(watched.recorded).toHaveLength(3000);
    });
  });
}
