import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AiSettings, ProcessorRunner, RunRequest } from '#processors/contract/runner.ts';
import { runRunnerAcceptance } from '#processors/hosts/runner.acceptance.ts';
import { startChild } from '../test-support/child-worker.ts';
import { listProcesses, untilGone } from '../test-support/processes.ts';
import { createProcessRunner } from './process-runner.ts';

const ACCEPTANCE = new URL('../test-support/acceptance-process.ts', import.meta.url);
const TRIAL = new URL('../test-support/trial-process.ts', import.meta.url);
const builtIn = (): AiSettings => ({ provider: 'built-in' });

runRunnerAcceptance('process of the server', { isolated: true, create: (aiSettings) => createProcessRunner(aiSettings, { script: ACCEPTANCE, onCrash() {} }) });

const requestOf = (processorId: string, content: string, config = {}): RunRequest => {
  const blob = {
    id: 'b1', user_id: 'u1', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: 1,
    created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false,
  };
  return { jobId: 'j1', processorId, blob, config };
};
const options = (signal = new AbortController().signal) => ({ signal, onProgress() {}, readBlob: async () => null });

describe('the processors that ship', () => {
  let runner: ProcessorRunner;
  beforeEach(() => {
    runner = createProcessRunner(builtIn);
  });
  afterEach(() => runner.dispose());

  it('expand a draft', async () => {
    const { schema_id, data } = await runner.run(requestOf('text-expansion', 'The ship sailed into the storm.'), options());
    expect(schema_id).toBe('expanded-text-v1');
    expect(data['expanded']).toContain('The ship sailed into the storm.');
  });

  it('leave the server free while they are busy without a pause, and are stopped at once', async () => {
    // Many times what a processor does in a second, in one paragraph.
    const hard = requestOf('text-expansion', 'the ship sailed into the storm '.repeat(30_000));
    const controller = new AbortController();
    const start = performance.now();
    const running = runner.run(hard, options(controller.signal));
    setTimeout(() => controller.abort(), 1_500);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    // In the server's own process the timer would not have fired before the work was done, a minute later.
    expect(performance.now() - start).toBeLessThan(40_000);
    await expect(runner.run(requestOf('text-expansion', 'The ship sailed.'), options())).resolves.toBeDefined();
  });
});

describe('a processor that goes wrong', () => {
  let reports: string[];
  let runner: ProcessorRunner;
  const trial = (content: string, signal?: AbortSignal) => runner.run(requestOf('trial', content), options(signal));
  beforeEach(() => {
    reports = [];
    runner = createProcessRunner(builtIn, { script: TRIAL, limits: { maxHeapMb: 48, maxResidentMb: 400 }, onCrash: (report) => reports.push(report) });
  });
  afterEach(() => runner.dispose());

  it.each([
    ['takes more and more memory', 'leak'],
    ['asks for more memory at once than there may be', 'giant'],
    ['reads what is nested without an end', 'nest'],
    ['fills buffers, which are in no heap', 'buffers'],
  ])('that %s loses its process, and the next run has another', async (_what, draft) => {
    await expect(trial(draft)).rejects.toMatchObject({ code: 'processor_crashed', message: expect.stringContaining('more memory than it may have') });
    expect(reports).toEqual([expect.stringContaining('more memory than it may have')]);
    await expect(trial('draft')).resolves.toMatchObject({ data: { content: 'done' } });
  });

  it('has no word of its author in the server’s log, but where it went wrong', async () => {
    await expect(trial('late The ship sailed into the storm.')).rejects.toMatchObject({ code: 'processor_crashed' });
    expect(reports).toEqual([expect.stringMatching(/^exit code 1\n {4}at .*trial-processors\.ts:\d+:\d+/)]);
    expect(reports[0]).not.toContain('ship');
  });

  it.each([
    ['text', 'huge'],
    ['names', 'names'],
  ])('and makes 200 million characters of %s is stopped before they are in the server’s memory', async (_what, draft) => {
    await trial('draft');
    const before = process.memoryUsage.rss();
    await expect(runRoomy(draft)).rejects.toMatchObject({ code: 'processor_output_invalid' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
  const runRoomy = async (draft: string) => {
    const roomy = createProcessRunner(builtIn, { script: TRIAL, onCrash() {} });
    return roomy.run(requestOf('trial', draft), options()).finally(() => roomy.dispose());
  };
});

describe('the processes', () => {
  it('hand over a file of 50 MB in a moment', async () => {
    const runner = createProcessRunner(builtIn, { script: ACCEPTANCE });
    try {
      const size = 50_000_000;
      await runner.run(requestOf('binder', '', { size: 1 }), options());
      const { file } = await runner.run(requestOf('binder', '', { size }), options());
      const bytes = file && 'bytes' in file ? file.bytes : new Uint8Array();
      expect(bytes.byteLength).toBe(size);
      expect([bytes[0], bytes[size - 1]]).toEqual([8, (size + 7) % 251]);
    } finally {
      await runner.dispose();
    }
  });

  it('are gone when the runner is closed, also one that hangs', async () => {
    const runner = createProcessRunner(builtIn, { script: TRIAL });
    const hung = runner.run(requestOf('trial', 'hang'), options()).catch((error: unknown) => error);
    await runner.run(requestOf('trial', 'draft'), options());
    const pids = listProcesses(process.pid, 'trial-process.ts');
    expect(pids).toHaveLength(2);
    await runner.dispose();
    expect(await hung).toMatchObject({ code: 'cancelled' });
    await untilGone(pids);
  });

  it('are gone when what started them is killed, also one that hangs', async () => {
    const parent = startChild([fileURLToPath(new URL('../test-support/trial-runner.ts', import.meta.url))], {});
    await parent.says('running');
    const pids = listProcesses(parent.pid, 'trial-process.ts');
    expect(pids).toHaveLength(2);
    await parent.kill('SIGKILL');
    await untilGone(pids);
  });

  it('go on when a terminal or a service manager tells all of them to end: what runs may end first', async () => {
    const runner = createProcessRunner(builtIn, { script: ACCEPTANCE });
    try {
      await runner.run(requestOf('echo', ''), options());
      for (const pid of listProcesses(process.pid, 'acceptance-process.ts')) for (const signal of ['SIGINT', 'SIGTERM']) process.kill(pid, signal);
      await expect(runner.run(requestOf('echo', ''), options())).resolves.toBeDefined();
    } finally {
      await runner.dispose();
    }
  });
});
