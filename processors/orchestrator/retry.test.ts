import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RectoError, type ErrorCode } from '#schemas/errors.ts';
import { derivedIn, hang, makeBench, noteOf, stopBench, wish, writeDraft } from './test-support/bench-ports.ts';

let bench: ReturnType<typeof makeBench>;

beforeEach(() => {
  bench = makeBench();
  bench.orchestrator.start();
});
afterEach(() => stopBench(bench));

const derived = () => derivedIn(bench);

describe('a failure', () => {
  const failWith = (code: ErrorCode, times = Infinity, retryAfterMs?: number) => {
    let failed = 0;
    bench.script.act = async (request) => {
      if (failed++ < times) throw new RectoError(code, 'No.', retryAfterMs === undefined ? {} : { retryAfterMs });
      return noteOf(request);
    };
  };

  it('that may pass is tried again, each time after twice the wait', async () => {
    failWith('provider_unreachable', 3);
    const times: number[] = [];
    const { act } = bench.script;
    const start = bench.clock.now();
    bench.script.act = (...call) => {
      times.push(bench.clock.now() - start);
      return act(...call);
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(60_000);
    // Without jitter each wait is half of 2, 4 and 8 s.
    expect(times).toEqual([0, 1_000, 3_000, 7_000]);
    expect(derived()).toHaveLength(1);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done', attempts: 4 });
  });

  it('waits as long as the provider asks', async () => {
    failWith('provider_rate_limited', 1, 90_000);
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(89_999);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'queued', error: { code: 'provider_rate_limited', message: 'No.' } });
    await bench.clock.advance(1);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done' });
  });

  it('is a dead letter after five attempts, and lives again when it is asked for', async () => {
    failWith('provider_failed');
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(3_600_000);
    expect(bench.runs).toHaveLength(5);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'dead', attempts: 5, error: { code: 'provider_failed' } });
    failWith('provider_failed', 0);
    expect(await bench.orchestrator.enqueue(wish('a'))).toMatchObject({ state: 'queued', attempts: 0 });
    await bench.orchestrator.idle();
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done' });
    expect(bench.jobs.all()[0]).not.toHaveProperty('error');
  });

  it.each(['input_invalid', 'schema_violation', 'context_too_long', 'provider_auth', 'provider_refused', 'workflow_invalid', 'workflow_step_failed', 'configuration', 'processor_unknown'] as const)(
    'of %s is not tried again',
    async (code) => {
      failWith(code);
      await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
      await bench.clock.advance(3_600_000);
      expect(bench.runs).toHaveLength(1);
      expect(bench.jobs.all()[0]).toMatchObject({ state: 'dead', error: { code } });
    },
  );

  it.each([
    ['another schema', { schema_id: 'pitch-v1', data: {} }],
    ['data that the schema rejects', { schema_id: 'note-v1', data: { content: 7 } }],
  ])('is an output of %s', async (_what, output) => {
    bench.script.act = async () => output;
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(3_600_000);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'dead', attempts: 5, error: { code: 'processor_output_invalid' } });
    expect(derived()).toEqual([]);
  });

  it('of a text that is gone, deleted or another’s schema says so', async () => {
    writeDraft(bench, 'deleted', 2, { deleted: true });
    writeDraft(bench, 'note', 1, { schema_id: 'note-v1' });
    for (const id of ['gone', 'deleted', 'note']) await bench.orchestrator.enqueue(wish(id));
    await bench.orchestrator.idle();
    expect(bench.jobs.all().map(({ state, error }) => `${state} ${error?.code}`)).toEqual(['dead not_found', 'cancelled cancelled', 'dead input_invalid']);
  });

  it('of the store to give a job is told, and the work goes on after it', async () => {
    const { take } = bench.jobs;
    bench.jobs.take = async () => {
      bench.jobs.take = take;
      throw new Error('disk busy');
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(2_000);
    expect(bench.errors).toMatchObject([{ code: 'storage_failed', message: 'disk busy' }]);
    expect(derived()).toHaveLength(1);
  });

  it('of the store to keep the result is tried again', async () => {
    const { writeDerived } = bench.blobs;
    bench.blobs.writeDerived = async () => {
      bench.blobs.writeDerived = writeDerived;
      throw new RectoError('storage_full', 'Full.');
    };
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(2_000);
    expect(derived()).toHaveLength(1);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('of a processor that shows no progress for a quarter of an hour is a timeout', async () => {
    bench.script.act = hang;
    await bench.orchestrator.handleEvent(writeDraft(bench, 'a'));
    await bench.clock.advance(14 * 60_000);
    expect(bench.jobs.all()[0]).toMatchObject({ state: 'running', attempts: 1 });
    await bench.clock.advance(2 * 60_000);
    expect(bench.jobs.all()[0]).toMatchObject({ error: { code: 'processor_timeout' } });
  });
});
