import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { derivedBlobId, jobId } from './orchestrator.ts';
import { derivedIn, GROW, hang, makeBench, noteOf, stopBench, wish, writeDraft } from './test-support/bench-ports.ts';
import { settle } from './test-support/memory-ports.ts';

let bench: ReturnType<typeof makeBench>;

beforeEach(() => {
  bench = makeBench();
  bench.orchestrator.start();
});
afterEach(() => stopBench(bench));

const derived = () => derivedIn(bench);

describe('a draft’s event', () => {
  it('makes a derived blob whose id, parent and thread are those of the draft', async () => {
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.orchestrator.idle();
    expect(derived()).toEqual([
      {
        id: derivedBlobId('grow', 'a', 1, {}),
        user_id: 'u1',
        processor_id: 'grow',
        schema_id: 'note-v1',
        data: { content: 'a@1' },
        parent_id: 'a',
        conversation_id: 'thread-of-a',
        tags: [],
        version: 1,
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
        deleted: false,
      },
    ]);
    expect(bench.log).toEqual(['a@1 queued', 'a@1 running', 'a@1 done']);
    expect(bench.jobs.all()).toMatchObject([{ id: jobId(wish('a')), state: 'done', output_id: derived()[0]!.id }]);
  });

  it('makes it once, however often it is delivered', async () => {
    const event = writeDraft(bench, 'a');
    await Promise.all([bench.orchestrator.handleEvent(event), bench.orchestrator.handleEvent(event)]);
    await bench.orchestrator.idle();
    await bench.orchestrator.handleEvent(event);
    await bench.orchestrator.idle();
    expect(bench.runs).toHaveLength(1);
    expect(derived()).toHaveLength(1);
  });

  it('is told as done once, also where another worker has stored the same blob meanwhile', async () => {
    const { writeDerived } = bench.blobs;
    for (const endsJob of [true, false]) {
      bench = makeBench();
      bench.blobs.writeDerived = async (blob, job) => {
        await writeDerived.call(bench.blobs, blob, { ...job, id: 'of another worker' });
        if (endsJob) await bench.jobs.update(job, { state: 'running', attempts: job.attempts });
        return 'existed';
      };
      bench.orchestrator.start();
      await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
      await bench.orchestrator.idle();
      expect(bench.log).toEqual(['a@1 queued', 'a@1 running', 'a@1 done']);
    }
  });

  it('makes nothing where the instance is off, the schema is another’s or the pattern does not fit', async () => {
    const off = makeBench({ instanceConfig: async () => null });
    off.orchestrator.start();
    await off.orchestrator.handleEvent(writeDraft(off, 'a'));
    await bench.orchestrator.handleEvent(writeDraft(bench, 'b', 2, { schema_id: 'text-input-v2' }));
    await bench.orchestrator.handleEvent({ ...writeDraft(bench, 'c', 1, { schema_id: 'note-v1' }) });
    expect([...off.jobs.all(), ...bench.jobs.all()]).toEqual([]);
  });

  it('carries the instance’s config into the job and the id of what it makes', async () => {
    bench = makeBench({ instanceConfig: async () => ({ style: 'formal' }) });
    bench.orchestrator.start();
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.orchestrator.idle();
    expect(bench.runs[0]!.config).toEqual({ style: 'formal' });
    expect(derived()[0]!.id).toBe(derivedBlobId('grow', 'a', 1, { style: 'formal' }));
  });

  it('supersedes queued jobs on older versions', async () => {
    bench.script.act = hang;
    for (const id of ['x', 'y']) await bench.orchestrator.handleEvent(writeDraft(bench, id));
    await settle();
    const first = writeDraft(bench, 'a');
    await bench.orchestrator.handleEvent(first);
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a', 2));
    await bench.orchestrator.handleEvent(first);
    expect(bench.jobs.all().map(({ blob_id, blob_version, state }) => `${blob_id}${blob_version} ${state}`)).toEqual(['x1 running', 'y1 running', 'a1 superseded', 'a2 queued']);
  });

  it('that is late makes nothing anew: the newest version’s is there', async () => {
    const [first, second] = [writeDraft(bench, 'a'), writeDraft(bench, 'a', 2)];
    await bench.orchestrator.handleEvent(second);
    await bench.orchestrator.idle();
    await bench.orchestrator.handleEvent(first);
    await bench.orchestrator.idle();
    expect(derived().map(({ data }) => data['content'])).toEqual(['a@2']);
    expect(bench.runs).toHaveLength(1);
  });

  it('that comes between a draft’s taking and its run, and after a failure of both, makes the provider write the newest once', async () => {
    let finish = (): void => {};
    const [first, second] = [writeDraft(bench, 'a'), writeDraft(bench, 'a', 2)];
    bench.script.act = (request) => new Promise((resolve) => (finish = () => resolve(noteOf(request))));
    await bench.orchestrator.handleEvent(first);
    await settle();
    await bench.orchestrator.handleEvent(second);
    await settle();
    expect(bench.runs.map(({ blob }) => blob.version)).toEqual([2]);
    finish();
    await bench.orchestrator.idle();
    expect(bench.runs).toHaveLength(1);
    expect(bench.jobs.all().map(({ state, output_id }) => [state, output_id])).toEqual(Array.from({ length: 2 }, () => ['done', derivedBlobId('grow', 'a', 2, {})]));
  });

  it('ends its job at once, also where the computer slept while its result was stored and the lease went by', async () => {
    const { writeDerived } = bench.blobs;
    let wakeUp = (): void => {};
    const slept = new Promise<void>((resolve) => (wakeUp = resolve));
    bench.blobs.writeDerived = async (made, job) => {
      await slept;
      return await writeDerived.call(bench.blobs, made, job);
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(61_000);
    wakeUp();
    await settle();
    expect(bench.jobs.all()).toMatchObject([{ state: 'done', attempts: 2, output_id: derivedBlobId('grow', 'a', 1, {}) }]);
    expect([bench.runs.length, bench.log.at(-1)]).toEqual([1, 'a@1 done']);
  });

  it('whose run fails leaves the same work to the job that waited for it; one that is stopped meanwhile waits no longer', async () => {
    let fail = (): void => {};
    bench.script.act = () => new Promise((_resolve, reject) => (fail = () => reject(new RectoError('input_invalid', 'No.'))));
    const [first, second, third] = [writeDraft(bench, 'a'), writeDraft(bench, 'a', 2), writeDraft(bench, 'a', 3)];
    await bench.orchestrator.handleEvent(first);
    await settle();
    await bench.orchestrator.handleEvent(third);
    await settle();
    const waiting = bench.jobs.all().find(({ blob_version }) => blob_version === 3)!;
    expect(await bench.orchestrator.cancel(waiting.id)).toBe(true);
    await bench.orchestrator.enqueue(wish('a', second.version));
    await settle();
    expect(bench.runs).toHaveLength(1);
    bench.script.act = async (request) => noteOf(request);
    fail();
    await bench.orchestrator.idle();
    expect(bench.runs).toHaveLength(2);
    expect(bench.jobs.all().map(({ blob_version, state }) => [blob_version, state])).toEqual([[1, 'dead'], [3, 'cancelled'], [2, 'done']]);
  });

  it('of a deletion stops what runs and what waits', async () => {
    bench.script.act = hang;
    for (const id of ['x', 'a', 'b']) await bench.orchestrator.handleEvent(writeDraft(bench, id));
    await settle();
    for (const id of ['b', 'a']) await bench.orchestrator.handleEvent(writeDraft(bench, id, 2, { deleted: true }));
    expect(bench.jobs.all().map(({ blob_id, state }) => `${blob_id} ${state}`)).toEqual(['x running', 'a cancelled', 'b superseded']);
  });

  it('of a processor’s output feeds the next, but not round and round', async () => {
    const loop = { ...GROW, input_schema_ids: [], event_patterns: ['blob.created.>'] };
    bench = makeBench({ manifests: () => [loop] });
    bench.orchestrator.start();
    let event = writeDraft(bench, 'a');
    for (let turn = 0; turn < 20; turn++) {
      await bench.orchestrator.handleEvent(event);
      await bench.orchestrator.idle();
      const newest = bench.blobs.all().at(-1)!;
      event = { ...event, blob_id: newest.id, schema_id: newest.schema_id, processor_id: newest.processor_id };
    }
    expect(derived()).toHaveLength(9);
    expect(bench.jobs.all().at(-1)).toMatchObject({ state: 'dead', error: { code: 'processor_failed', message: expect.stringContaining('chain') as string } });
  });
});

describe('a wish', () => {
  it('runs whatever the patterns say, and the same wish once', async () => {
    writeDraft(bench, 'a');
    const first = await bench.orchestrator.enqueue(wish('a', 1, { again: true, list: [1, { b: 1, a: 2 }] }));
    const second = await bench.orchestrator.enqueue(wish('a', 1, { list: [1, { a: 2, b: 1 }], again: true }));
    expect(second.id).toBe(first.id);
    await bench.orchestrator.idle();
    expect(bench.runs).toHaveLength(1);
  });

  it('of another user for the same blob is another job', () => {
    expect(jobId(wish('a'))).not.toBe(jobId({ ...wish('a'), user_id: 'u2' }));
  });

  it('is done on the newest version when the author has gone on', async () => {
    writeDraft(bench, 'a', 3);
    await bench.orchestrator.enqueue(wish('a', 2));
    await bench.orchestrator.idle();
    expect(derived()).toMatchObject([{ id: derivedBlobId('grow', 'a', 3, {}), data: { content: 'a@3' } }]);
  });

  it('waits for a version that has not arrived yet', async () => {
    writeDraft(bench, 'a', 1);
    await bench.orchestrator.enqueue(wish('a', 2));
    await bench.orchestrator.idle();
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'queued', error: { code: 'unavailable' } });
    writeDraft(bench, 'a', 2);
    await bench.clock.advance(5_000);
    expect(derived()).toMatchObject([{ data: { content: 'a@2' } }]);
  });

  it('for an unknown processor is refused', async () => {
    await expect(bench.orchestrator.enqueue({ ...wish('a'), processor_id: 'sing' })).rejects.toMatchObject({ code: 'processor_unknown' });
    expect(bench.jobs.all()).toEqual([]);
  });
});

describe('running', () => {
  it('keeps to each processor’s concurrency and goes by priority', async () => {
    const urgent = { ...GROW, id: 'urgent', priority: 5, max_concurrency: 1 };
    bench = makeBench({ manifests: () => [GROW, urgent] });
    let now = 0;
    let most = 0;
    bench.script.act = async (request) => {
      most = Math.max(most, ++now);
      await new Promise<void>((resolve) => void bench.clock.after(1_000, resolve));
      now--;
      return noteOf(request);
    };
    for (const id of ['a', 'b', 'c', 'd']) await bench.orchestrator.handleEvent(writeDraft(bench, id));
    bench.orchestrator.start();
    await settle();
    expect(bench.runs.map(({ processorId }) => processorId)).toEqual(['urgent', 'grow', 'grow']);
    await bench.clock.advance(60_000);
    expect(most).toBe(3);
    expect(bench.jobs.all().every(({ state }) => state === 'done')).toBe(true);
  });

  it('runs one version of a draft that was saved two hundred times at once, and the newest', async () => {
    bench.orchestrator.start();
    const events = Array.from({ length: 200 }, (_, index) => writeDraft(bench, 'a', index + 1));
    await Promise.all(events.map((event) => bench.orchestrator.handleEvent(event)));
    await bench.orchestrator.idle();
    expect(bench.blobs.all().filter(({ parent_id }) => parent_id === 'a')).toHaveLength(1);
    expect(bench.jobs.all().find(({ blob_version }) => blob_version === 200)?.state).toBe('done');
    expect(bench.runs.every(({ blob }) => blob.version === 200)).toBe(true);
  });

  it('takes no more than a home has room for, and more when it is woken', async () => {
    let room = 0;
    bench = makeBench({ capacity: () => room - bench.jobs.all().filter(({ state }) => state === 'running').length });
    for (const id of ['a', 'b', 'c']) await bench.orchestrator.handleEvent(writeDraft(bench, id));
    bench.script.act = () => new Promise(() => {});
    bench.orchestrator.start();
    await settle();
    expect(bench.runs).toHaveLength(0);
    room = 1;
    bench.orchestrator.wake();
    await expect.poll(() => bench.runs.length).toBe(1);
  });

  it('keeps to how many of one user may run at once', async () => {
    bench = makeBench({ perUser: 1 });
    for (const id of ['a', 'b']) await bench.orchestrator.handleEvent(writeDraft(bench, id));
    await bench.orchestrator.handleEvent(writeDraft(bench, 'c', 1, { user_id: 'u2' }));
    bench.script.act = async (request) => {
      await new Promise<void>((resolve) => void bench.clock.after(1_000, resolve));
      return noteOf(request);
    };
    bench.orchestrator.start();
    await settle();
    expect(bench.runs.map(({ blob }) => blob.id)).toEqual(['a', 'c']);
    await bench.clock.advance(3_000);
    expect(bench.jobs.all().every(({ state }) => state === 'done')).toBe(true);
  });

  it('keeps its lease as long as it takes', async () => {
    bench.script.act = async (request, { onProgress }) => {
      for (let minute = 0; minute < 30; minute++) {
        await new Promise<void>((resolve) => void bench.clock.after(60_000, resolve));
        onProgress({ done: minute, total: 30 });
      }
      return noteOf(request);
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(31 * 60_000);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done', attempts: 1 });
    expect(bench.runs).toHaveLength(1);
  });

  it('goes on with what it runs when the computer has slept past the lease', async () => {
    let finish = (): void => {};
    bench.script.act = (request) => new Promise((resolve) => (finish = () => resolve(noteOf(request))));
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await settle();
    const job = bench.jobs.all()[0]!;
    await bench.jobs.update({ ...job, lease_until: bench.clock.now() - 1 }, job);
    await bench.orchestrator.handleEvent(writeDraft(bench, 'b'));
    await settle();
    expect(bench.runs.map(({ blob }) => blob.id)).toEqual(['a', 'b']);
    bench.script.act = async (request) => noteOf(request);
    await bench.orchestrator.cancel(jobId(wish('b')));
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'running', attempts: 2 });
    finish();
  });

  it('gives back what runs when it stops, without counting the attempt', async () => {
    bench.script.act = hang;
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await settle();
    const stopped = bench.orchestrator.stop(500);
    await bench.clock.advance(500);
    await stopped;
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'queued', attempts: 0 });
    bench.script.act = async (request) => noteOf(request);
    bench.orchestrator.start();
    await bench.orchestrator.idle();
    expect(derived()).toHaveLength(1);
  });

  it('tells progress, and none after the end', async () => {
    const told: string[] = [];
    bench = makeBench({ onProgress: (job, { done }) => told.push(`${job.blob_id} ${done}`) });
    bench.orchestrator.start();
    let late = (): void => {};
    bench.script.act = async (request, { onProgress }) => {
      onProgress({ done: 1, total: 2 });
      late = () => onProgress({ done: 2, total: 2 });
      return noteOf(request);
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.orchestrator.idle();
    late();
    expect(told).toEqual(['a 1']);
  });
});
