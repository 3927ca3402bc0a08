import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobId } from './ids.ts';
import { derivedIn, hang, makeBench, noteOf, stopBench, wish, writeDraft } from './test-support/bench-ports.ts';
import { settle } from './test-support/memory-ports.ts';

let bench: ReturnType<typeof makeBench>;

beforeEach(() => {
  bench = makeBench();
  bench.orchestrator.start();
});
afterEach(() => stopBench(bench));

const derived = () => derivedIn(bench);

describe('cancelling', () => {
  it('a running job stops it at once and keeps nothing of it', async () => {
    let signal: AbortSignal | undefined;
    bench.script.act = (_request, options) => {
      ({ signal } = options);
      return hang();
    };
    writeDraft(bench, 'a');
    const { id } = await bench.orchestrator.enqueue(wish('a'));
    await settle();
    expect(await bench.orchestrator.cancel(id)).toBe(true);
    expect(signal?.aborted).toBe(true);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'cancelled', attempts: 1 });
    await bench.orchestrator.idle();
    expect(await bench.orchestrator.cancel(id)).toBe(false);
    expect(derived()).toEqual([]);
  });

  it('a queued job keeps it from running; asking again runs it', async () => {
    bench.script.act = hang;
    for (const id of ['x', 'y', 'a']) writeDraft(bench, id);
    for (const id of ['x', 'y', 'a']) await bench.orchestrator.enqueue(wish(id));
    await settle();
    const id = jobId(wish('a'));
    expect(await bench.orchestrator.cancel(id)).toBe(true);
    expect(await bench.orchestrator.cancel('unknown')).toBe(false);
    bench.script.act = async (request) => noteOf(request);
    for (const other of ['x', 'y']) await bench.orchestrator.cancel(jobId(wish(other)));
    await bench.orchestrator.idle();
    expect(derived()).toEqual([]);
    await bench.orchestrator.enqueue(wish('a'));
    await bench.orchestrator.idle();
    expect(derived()).toHaveLength(1);
  });

  it('works at once where the store does not answer, and the wish can be made again', async () => {
    const { read } = bench.blobs;
    bench.blobs.read = hang;
    writeDraft(bench, 'a');
    const { id } = await bench.orchestrator.enqueue(wish('a'));
    await settle();
    const cancelling = bench.orchestrator.cancel(id);
    bench.blobs.read = read;
    const again = bench.orchestrator.enqueue(wish('a'));
    expect(await cancelling).toBe(true);
    await again;
    await bench.orchestrator.enqueue(wish('a'));
    await bench.orchestrator.idle();
    expect(bench.jobs.all()).toMatchObject([{ state: 'done', attempts: 1 }]);
    expect(derived()).toHaveLength(1);
  });

  it('too late, while the result is being stored, says so', async () => {
    const { writeDerived } = bench.blobs;
    let late: Promise<boolean> | undefined;
    bench.blobs.writeDerived = async (blob, job) => {
      late = bench.orchestrator.cancel(job.id);
      await settle();
      return writeDerived.call(bench.blobs, blob, job);
    };
    writeDraft(bench, 'a');
    await bench.orchestrator.enqueue(wish('a'));
    await bench.orchestrator.idle();
    expect(await late).toBe(false);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done' });
  });

  it('a job that another worker runs makes that worker stop', async () => {
    const other = makeBench({ jobs: bench.jobs, blobs: bench.blobs, clock: bench.clock });
    let signal: AbortSignal | undefined;
    other.script.act = (_request, options) => {
      ({ signal } = options);
      return hang();
    };
    const stopped = bench.orchestrator.stop();
    await bench.clock.advance(5_000);
    await stopped;
    writeDraft(bench, 'a');
    const { id } = await bench.orchestrator.enqueue(wish('a'));
    other.orchestrator.start();
    await settle();
    expect(await bench.orchestrator.cancel(id)).toBe(true);
    await bench.clock.advance(20_000);
    expect(signal?.aborted).toBe(true);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'cancelled' });
  });
});
