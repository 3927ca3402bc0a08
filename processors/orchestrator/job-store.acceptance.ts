import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobStore } from './ports.ts';

export interface JobStoreSetup {
  store: JobStore;
  close(): Promise<void>;
}

const NOW = 1_767_225_600_000;
const PROCESSORS = ['p1', 'p2'];

export function makeJob(id: string, fields: Partial<Job> = {}): Job {
  return {
    id,
    user_id: 'u1',
    processor_id: 'p1',
    blob_id: 'b1',
    blob_version: 1,
    config: {},
    priority: 0,
    state: 'queued',
    attempts: 0,
    not_before: NOW,
    lease_until: 0,
    created_at: NOW,
    updated_at: NOW,
    ...fields,
  };
}

/** What every store of jobs does alike: atomically, and exactly once. `setup` gives an empty store for each test. */
export function runJobStoreAcceptance(name: string, setup: () => Promise<JobStoreSetup>): void {
  describe(`the store of jobs: ${name}`, () => {
    let store: JobStore;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ store, close } = await setup());
    });
    afterEach(() => close());

    const take = (now = NOW, processorIds: readonly string[] = PROCESSORS) => store.take({ now, leaseMs: 1_000, processorIds });
    const stateOf = async (id: string) => (await store.get(id))?.state;

    it('gives back what it was given, whole', async () => {
      const job = makeJob('j', {
        config: { style: 'formal', deep: { list: [1, 'zwei', null, true], text: 'naïve “🌊”' } },
        error: { code: 'provider_failed', message: 'It failed.' },
        output_id: 'out',
        priority: -3,
      });
      expect(await store.add(job)).toBe(true);
      expect(await store.get('j')).toEqual(job);
      expect(await store.get('other')).toBeNull();
    });

    it('leaves out what a job has not', async () => {
      await store.add(makeJob('j'));
      expect(Object.keys((await store.get('j'))!).toSorted()).toEqual(Object.keys(makeJob('j')).toSorted());
    });

    it('takes a job of an id once, and changes nothing the second time', async () => {
      const added = await Promise.all(Array.from({ length: 8 }, (_, index) => store.add(makeJob('j', { priority: index }))));
      expect(added.filter(Boolean)).toHaveLength(1);
      const standing = await store.get('j');
      expect(await store.add(makeJob('j', { priority: 99, state: 'dead' }))).toBe(false);
      expect(await store.get('j')).toEqual(standing);
    });

    describe('taking', () => {
      it('makes the job running, with a lease and an attempt more', async () => {
        await store.add(makeJob('j'));
        const taken = await take(NOW + 5);
        expect(taken).toEqual(makeJob('j', { state: 'running', attempts: 1, lease_until: NOW + 1_005, updated_at: NOW + 5 }));
        expect(await store.get('j')).toEqual(taken);
      });

      it('goes by priority, then by age', async () => {
        await store.add(makeJob('young', { created_at: NOW + 2 }));
        await store.add(makeJob('old', { created_at: NOW + 1 }));
        await store.add(makeJob('urgent', { created_at: NOW + 3, priority: 5 }));
        await store.add(makeJob('idle', { created_at: NOW, priority: -5 }));
        const order = [await take(), await take(), await take(), await take(), await take()];
        expect(order.map((job) => job?.id)).toEqual(['urgent', 'old', 'young', 'idle', undefined]);
      });

      it('gives each job to one taker', async () => {
        for (let index = 0; index < 10; index++) await store.add(makeJob(`j${index}`));
        const taken = await Promise.all(Array.from({ length: 16 }, () => take()));
        const ids = taken.flatMap((job) => (job ? [job.id] : []));
        expect(ids).toHaveLength(10);
        expect(new Set(ids).size).toBe(10);
      });

      it('waits until a job is due', async () => {
        await store.add(makeJob('later', { not_before: NOW + 100 }));
        expect(await take(NOW + 99)).toBeNull();
        expect((await take(NOW + 100))?.id).toBe('later');
      });

      it('takes over when the lease has ended, not before', async () => {
        await store.add(makeJob('j'));
        await take();
        expect(await take(NOW + 999)).toBeNull();
        expect(await take(NOW + 1_000)).toMatchObject({ id: 'j', state: 'running', attempts: 2, lease_until: NOW + 2_000 });
      });

      it('takes only jobs of these processors, and none that has ended', async () => {
        await store.add(makeJob('p2', { processor_id: 'p2' }));
        for (const state of ['done', 'superseded', 'cancelled', 'dead'] as const) await store.add(makeJob(state, { state }));
        expect(await take(NOW, ['p1'])).toBeNull();
        expect(await take(NOW, [])).toBeNull();
        expect((await take(NOW, ['p2']))?.id).toBe('p2');
      });
    });

    describe('updating', () => {
      it('writes the job while it is as expected', async () => {
        await store.add(makeJob('j'));
        const taken = (await take())!;
        const done: Job = { ...taken, state: 'done', output_id: 'out', lease_until: 0, updated_at: NOW + 9 };
        expect(await store.update(done, { state: 'running', attempts: 1 })).toBe(true);
        expect(await store.get('j')).toEqual(done);
      });

      it('writes nothing when someone else has the job now, or there is none', async () => {
        await store.add(makeJob('j'));
        const first = (await take())!;
        const second = (await take(NOW + 1_000))!;
        expect(await store.update({ ...first, state: 'done' }, { state: 'running', attempts: first.attempts })).toBe(false);
        expect(await store.update({ ...second, state: 'done' }, { state: 'queued', attempts: second.attempts })).toBe(false);
        expect(await store.get('j')).toEqual(second);
        expect(await store.update(makeJob('none'), { state: 'queued', attempts: 0 })).toBe(false);
        expect(await store.get('none')).toBeNull();
      });

      it('lets one of many at once', async () => {
        await store.add(makeJob('j'));
        const taken = (await take())!;
        const results = await Promise.all(Array.from({ length: 6 }, () => store.update({ ...taken, state: 'done' }, { state: 'running', attempts: 1 })));
        expect(results.filter(Boolean)).toHaveLength(1);
      });

      it('takes away an error and an output that a job has no more', async () => {
        await store.add(makeJob('j', { error: { code: 'internal', message: 'x' }, output_id: 'out', state: 'dead' }));
        expect(await store.update(makeJob('j'), { state: 'dead', attempts: 0 })).toBe(true);
        expect(await store.get('j')).toEqual(makeJob('j'));
      });
    });

    it('supersedes queued jobs on older versions of the same blob, and no others', async () => {
      await store.add(makeJob('running', { priority: 9 }));
      await take();
      await store.add(makeJob('old'));
      await store.add(makeJob('older', { blob_version: 0 }));
      await store.add(makeJob('same', { blob_version: 2 }));
      await store.add(makeJob('newer', { blob_version: 3 }));
      await store.add(makeJob('other-blob', { blob_id: 'b2' }));
      await store.add(makeJob('other-user', { user_id: 'u2' }));
      await store.add(makeJob('other-processor', { processor_id: 'p2' }));
      await store.add(makeJob('dead', { state: 'dead' }));
      await store.supersedeOlder({ user_id: 'u1', processor_id: 'p1', blob_id: 'b1', version: 2, now: NOW + 7 });
      expect(await store.get('old')).toEqual(makeJob('old', { state: 'superseded', updated_at: NOW + 7 }));
      expect(await stateOf('older')).toBe('superseded');
      expect(await stateOf('running')).toBe('running');
      expect(await stateOf('dead')).toBe('dead');
      for (const id of ['same', 'newer', 'other-blob', 'other-user', 'other-processor']) expect(await stateOf(id)).toBe('queued');
    });

    it('knows when something is due next', async () => {
      expect(await store.nextDue(PROCESSORS)).toBeNull();
      await store.add(makeJob('later', { not_before: NOW + 5_000 }));
      expect(await store.nextDue(PROCESSORS)).toBe(NOW + 5_000);
      await store.add(makeJob('now', { processor_id: 'p2' }));
      expect(await store.nextDue(PROCESSORS)).toBe(NOW);
      expect(await store.nextDue(['p1'])).toBe(NOW + 5_000);
      expect(await store.nextDue([])).toBeNull();
      await take();
      // The lease of the running one.
      expect(await store.nextDue(PROCESSORS)).toBe(NOW + 1_000);
      await store.update({ ...(await store.get('now'))!, state: 'done' }, { state: 'running', attempts: 1 });
      expect(await store.nextDue(PROCESSORS)).toBe(NOW + 5_000);
    });
  });
}
