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

    const takeAll = ({ now = NOW, free = { p1: 100, p2: 100 }, perUser = Infinity }: { now?: number; free?: Record<string, number>; perUser?: number }) =>
      store.take({ now, leaseMs: 1_000, free: new Map(Object.entries(free)), perUser });
    const take = async (now = NOW, processorIds: readonly string[] = PROCESSORS): Promise<Job | null> => {
      // One: whichever of these processors it is of.
      for (const id of processorIds) {
        const [job] = await takeAll({ now, free: { [id]: 1 } });
        if (job) return job;
      }
      return null;
    };
    const nextDue = (processorIds: readonly string[], after = NOW - 1) => store.nextDue({ after, processorIds });
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

      it('takes as many as there is room for, of each processor', async () => {
        for (let index = 0; index < 4; index++) await store.add(makeJob(`a${index}`, { created_at: NOW + index }));
        for (let index = 0; index < 4; index++) await store.add(makeJob(`b${index}`, { created_at: NOW + index, processor_id: 'p2' }));
        const taken = await takeAll({ free: { p1: 3, p2: 1 } });
        expect(taken.map(({ id }) => id).toSorted()).toEqual(['a0', 'a1', 'a2', 'b0']);
        for (const job of taken) expect(await store.get(job.id)).toEqual(job);
        expect(await takeAll({ free: {} })).toEqual([]);
        expect((await takeAll({ free: { p2: 9 } })).map(({ id }) => id)).toEqual(['b1', 'b2', 'b3']);
      });

      it('gives everyone a turn, however long another’s queue is', async () => {
        for (let index = 0; index < 20; index++) await store.add(makeJob(`long${index}`, { user_id: 'many', created_at: NOW + index }));
        await store.add(makeJob('one', { user_id: 'few', created_at: NOW + 50 }));
        for (let index = 0; index < 3; index++) await store.add(makeJob(`three${index}`, { user_id: 'some', created_at: NOW + 60 + index }));
        const order = (await takeAll({ free: { p1: 6 } })).map(({ user_id }) => user_id);
        expect(order).toEqual(['many', 'few', 'some', 'many', 'some', 'many']);
      });

      it('takes for whoever has least running, then for whoever was served longest ago', async () => {
        for (const user_id of ['a', 'b', 'c']) for (let index = 0; index < 5; index++) await store.add(makeJob(`${user_id}${index}`, { user_id, created_at: NOW + index }));
        const first = await takeAll({ free: { p1: 3 } });
        expect(first.map(({ user_id }) => user_id)).toEqual(['a', 'b', 'c']);
        const end = async (job: Job) => store.update({ ...job, state: 'done', lease_until: 0 }, { state: 'running', attempts: 1 });
        await end(first[1]!);
        expect((await takeAll({ free: { p1: 1 } })).map(({ user_id }) => user_id)).toEqual(['b']);
        await end(first[0]!);
        await end(first[2]!);
        expect((await takeAll({ free: { p1: 2 } })).map(({ user_id }) => user_id)).toEqual(['a', 'c']);
      });

      it('keeps to how many of one user may run at once', async () => {
        for (let index = 0; index < 4; index++) await store.add(makeJob(`a${index}`, { user_id: 'a', created_at: NOW + index }));
        await store.add(makeJob('other', { user_id: 'a', processor_id: 'p2', created_at: NOW + 9 }));
        await store.add(makeJob('b', { user_id: 'b', created_at: NOW + 10 }));
        const taken = await takeAll({ perUser: 2 });
        expect(taken.map(({ id }) => id).toSorted()).toEqual(['a0', 'a1', 'b']);
        expect(await takeAll({ perUser: 2 })).toEqual([]);
        await store.update({ ...taken.find(({ id }) => id === 'a0')!, state: 'done' }, { state: 'running', attempts: 1 });
        expect((await takeAll({ perUser: 2 })).map(({ id }) => id)).toEqual(['a2']);
      });

      it('takes a job that was put off when its time has come, in its place', async () => {
        await store.add(makeJob('first', { created_at: NOW }));
        await store.add(makeJob('second', { created_at: NOW + 1 }));
        const [first] = await takeAll({ free: { p1: 1 } });
        await store.update({ ...first!, state: 'queued', not_before: NOW + 100, updated_at: NOW + 5 }, { state: 'running', attempts: 1 });
        expect(await nextDue(['p1'], NOW + 5)).toBe(NOW + 100);
        expect((await takeAll({ now: NOW + 100, free: { p1: 1 } })).map(({ id }) => id)).toEqual(['first']);
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

    it('gives back what a home that is gone was running, at once, and the attempt counts', async () => {
      await store.add(makeJob('left'));
      await store.add(makeJob('waits', { not_before: NOW + 50 }));
      await store.add(makeJob('done', { state: 'done' }));
      await take();
      await store.releaseRunning(NOW + 3);
      expect(await store.get('left')).toEqual(makeJob('left', { attempts: 1, not_before: NOW + 3, updated_at: NOW + 3 }));
      expect([await stateOf('done'), (await store.get('waits'))?.not_before]).toEqual(['done', NOW + 50]);
      expect(await take(NOW + 3)).toMatchObject({ id: 'left', attempts: 2 });
    });

    it('knows when something is due next', async () => {
      expect(await nextDue(PROCESSORS)).toBeNull();
      await store.add(makeJob('later', { not_before: NOW + 5_000 }));
      await store.add(makeJob('last', { not_before: NOW + 9_000 }));
      expect(await nextDue(PROCESSORS)).toBe(NOW + 5_000);
      await store.add(makeJob('soon', { processor_id: 'p2', not_before: NOW + 1 }));
      expect(await nextDue(PROCESSORS)).toBe(NOW + 1);
      expect(await nextDue(['p1'])).toBe(NOW + 5_000);
      expect(await nextDue([])).toBeNull();
      await take(NOW + 1);
      // The lease of the running one.
      expect(await nextDue(PROCESSORS)).toBe(NOW + 1_001);
      await store.update({ ...(await store.get('soon'))!, state: 'done' }, { state: 'running', attempts: 1 });
      expect(await nextDue(PROCESSORS)).toBe(NOW + 5_000);
      // What is due already is not what comes next.
      expect(await nextDue(PROCESSORS, NOW + 5_000)).toBe(NOW + 9_000);
      expect(await nextDue(PROCESSORS, NOW + 9_000)).toBeNull();
    });
  });
}
