import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { derivedBlobId, toCanonicalJson } from './ids.ts';
import { createOrchestrator } from './orchestrator.ts';
import type { BlobEvent, Clock, JobStore, Orchestrator, OrchestratorPorts } from './ports.ts';
import { makeBench, noteOf, writeDraft } from './test-support/bench-ports.ts';

type Step =
  | { type: 'write'; blob: number }
  | { type: 'deliver'; pick: number }
  | { type: 'repeat'; pick: number }
  | { type: 'advance'; ms: number }
  /** The older of two worker processes dies, and another starts. */
  | { type: 'kill' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), blob: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('repeat' as const), pick: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.nat(70_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const) }) },
);

/** The ports of a process that can die: from then on nothing of it reaches the stores or the clock. */
function mortal(ports: OrchestratorPorts): { ports: OrchestratorPorts; kill(): void } {
  let dead = false;
  const gone = (): Promise<never> => new Promise(() => {});
  const guard = <A extends unknown[], R>(call: (...callArguments: A) => Promise<R>) => (...callArguments: A): Promise<R> => (dead ? gone() : call(...callArguments));
  const jobs: JobStore = {
    add: guard(ports.jobs.add),
    get: guard(ports.jobs.get),
    take: guard(ports.jobs.take),
    update: guard(ports.jobs.update),
    supersedeOlder: guard(ports.jobs.supersedeOlder),
    nextDue: guard(ports.jobs.nextDue),
    releaseRunning: guard(ports.jobs.releaseRunning),
  };
  const { blobs, clock } = ports;
  const mortalClock: Clock = { now: () => clock.now(), after: (ms, callback) => clock.after(ms, () => (dead ? undefined : callback())) };
  return {
    kill: () => void (dead = true),
    ports: {
      ...ports,
      jobs,
      clock: mortalClock,
      blobs: { read: guard((user: string, id: string) => blobs.read(user, id)), writeDerived: guard((blob, job) => blobs.writeDerived(blob, job)) },
    },
  };
}

function startWorker(shared: OrchestratorPorts): { orchestrator: Orchestrator; kill(): void } {
  const { ports, kill } = mortal(shared);
  const orchestrator = createOrchestrator(ports);
  orchestrator.start();
  return { orchestrator, kill };
}

it('makes exactly one derived blob of each newest version, whatever is repeated, reordered or dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }), async (steps, dice) => {
      const bench = makeBench();
      let throws = 0;
      const roll = (): number => dice[throws++ % dice.length]!;
      const failures = new Map<string, number>();
      bench.script.act = async (request) => {
        await new Promise<void>((resolve) => void bench.clock.after(roll() * 5_000, resolve));
        const failed = failures.get(request.jobId) ?? 0;
        if (roll() < 3 && failed < 2) {
          failures.set(request.jobId, failed + 1);
          throw roll() % 2 ? new RectoError('processor_crashed', 'Crash.') : new Error('a bug');
        }
        return noteOf(request);
      };

      let kills = 0;
      const workers = [0, 1].map(() => startWorker(bench.ports));
      const versions = new Map<string, number>();
      const pending: BlobEvent[] = [];
      const delivered: BlobEvent[] = [];
      const deliver = async (event: BlobEvent): Promise<void> => {
        delivered.push(event);
        await workers[delivered.length % 2]!.orchestrator.handleEvent(event);
      };

      for (const { type, ...rest } of steps as (Step & { blob: number; pick: number; ms: number })[]) {
        if (type === 'write') {
          const id = `blob${rest.blob}`;
          const version = (versions.get(id) ?? 0) + 1;
          versions.set(id, version);
          pending.push(writeDraft(bench, id, version));
        }
        if (type === 'deliver' && pending.length > 0) await deliver(pending.splice(rest.pick % pending.length, 1)[0]!);
        if (type === 'repeat' && delivered.length > 0) await deliver(delivered[rest.pick % delivered.length]!);
        if (type === 'advance') await bench.clock.advance(rest.ms);
        // Each death counts as an attempt of what ran: with more of them a job would rightly be dead.
        if (type === 'kill' && kills++ < 2) {
          workers.shift()?.kill();
          workers.push(startWorker(bench.ports));
        }
      }
      for (const event of pending.toReversed()) await deliver(event);
      await bench.clock.advance(3_600_000);

      const derived = bench.blobs.all().filter(({ processor_id }) => processor_id === 'grow');
      for (const [id, version] of versions) {
        const ofNewest = derived.filter(({ parent_id, data }) => parent_id === id && data['content'] === `${id}@${version}`);
        expect(ofNewest.map((blob) => blob.id)).toEqual([derivedBlobId('grow', id, version, {})]);
      }
      expect(bench.jobs.all().filter(({ state }) => state !== 'done' && state !== 'superseded')).toEqual([]);
      expect(bench.blobs.writes).toBe(derived.length);
    }),
    { numRuns: 150, verbose: 1 },
  );
});

it('gives the same canonical JSON for the same value in any order, and another for another', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const shuffle = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(shuffle);
        if (typeof value !== 'object' || value === null) return value;
        // fromEntries would call a setter for no key but __proto__, which JSON can hold as an own one.
        const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
        for (const [key, item] of Object.entries(value).toReversed()) copy[key] = shuffle(item);
        return copy;
      };
      expect(toCanonicalJson(shuffle(a))).toBe(toCanonicalJson(a));
      expect(toCanonicalJson(a) === toCanonicalJson(b)).toBe(toCanonicalJson(JSON.parse(JSON.stringify(a))) === toCanonicalJson(JSON.parse(JSON.stringify(b))));
      expect(toCanonicalJson(JSON.parse(toCanonicalJson(a)))).toBe(toCanonicalJson(a));
    }),
  );
});

it('refuses configs that are not JSON', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const value of [Number.NaN, Infinity, () => 1, cycle, 1n]) {
    expect(() => toCanonicalJson({ value })).toThrowError(expect.objectContaining({ code: 'malformed' }));
  }
});
