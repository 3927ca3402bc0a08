import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '../ai-service/test-support/scripted-openai-server.ts';
import type { ModelAnswer, Progress } from '../contract/processor.ts';
import type { AiSettings, AnswerStore, ProcessorRunner, RunOptions, RunRequest, Usage } from '../contract/runner.ts';

export interface RunnerSetup {
  /** A host for `ACCEPTANCE_PROCESSORS`. */
  create(aiSettings: () => Promise<AiSettings>): ProcessorRunner;
  /** Processors run in a thread or process of their own: then also a busy loop is stopped and a crash is survived. */
  isolated: boolean;
  /** A report of progress takes the place of one that has not left yet: on a busy machine only the last is certain to come. */
  coalescesProgress?: boolean;
}

const blob: Blob = {
  id: 'b1',
  user_id: 'u1',
  processor_id: 'user-input',
  schema_id: 'text-input-v2',
  data: { content: 'Naïve café — “quoted” 🌊' },
  tags: [],
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  deleted: false,
};

/** What every host of processors does alike. */
export function runRunnerAcceptance(name: string, { create, isolated, coalescesProgress = false }: RunnerSetup): void {
  /** What a host can promise only where a run has a thread or a process of its own. */
  const onlyIsolated: (what: string, run: () => Promise<void>) => void = isolated ? it : () => undefined;
  describe(`the host: ${name}`, () => {
    let settings: AiSettings;
    let runner: ProcessorRunner;
    let jobs = 0;

    beforeEach(() => {
      settings = { provider: 'built-in' };
      runner = create(async () => settings);
    });
    afterEach(() => runner.dispose());

    const request = (processorId: string, config: Record<string, unknown> = {}): RunRequest => ({ jobId: `job-${jobs++}`, processorId, blob, config });
    const run = (processorId: string, config?: Record<string, unknown>, options: Partial<RunOptions> = {}) =>
      runner.run(request(processorId, config), { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null, ...options });

    it('brings input in and output out as they are, with progress between', async () => {
      const progress: Progress[] = [];
      const output = await run('echo', { style: 'formal', deep: [1, { a: null }] }, { onProgress: (step) => progress.push(step) });
      expect(output).toEqual({
        schema_id: 'note-v1',
        data: { content: JSON.stringify({ data: blob.data, config: { style: 'formal', deep: [1, { a: null }] } }) },
        tags: ['echoed'],
      });
      const reports = [{ done: 1, total: 2, message: 'half', partial: { passage: 0, text: 'so far' } }, { done: 2, total: 2 }];
      expect(progress).toEqual(coalescesProgress ? reports.slice(-progress.length) : reports);
    });

    it('lets no processor change what the caller holds', async () => {
      await run('meddler');
      expect(blob.data['content']).toBe('Naïve café — “quoted” 🌊');
    });

    it('reads blobs for the processor, several at a time', async () => {
      const readBlob = async (id: string) => (id === 'none' ? null : { ...blob, id, data: { content: `text of ${id}` } });
      expect((await run('reader', { ids: ['a', 'none', 'b'] }, { readBlob })).data).toEqual({ content: 'text of a|-|text of b' });
    });

    it('fails a run whose blob can’t be read, with the reason', async () => {
      const { RectoError } = await import('#schemas/errors.ts');
      const readBlob = async () => {
        throw new RectoError('storage_failed', 'The disk is gone.');
      };
      await expect(run('reader', { ids: ['a'] }, { readBlob })).rejects.toMatchObject({ code: 'storage_failed', message: 'The disk is gone.' });
    });

    it('keeps an error’s code, sentence, paths and patience', async () => {
      await expect(run('refuser')).rejects.toMatchObject({
        name: 'RectoError',
        code: 'provider_rate_limited',
        message: 'Busy.',
        retryAfterMs: 4_000,
        errors: [{ path: '/a', message: 'is wrong' }],
      });
    });

    it('calls what is no RectoError a failure of the processor', async () => {
      await expect(run('thrower')).rejects.toMatchObject({ name: 'RectoError', code: 'processor_failed', message: 'a bug' });
    });

    it('knows no other processors', async () => {
      await expect(run('nobody')).rejects.toMatchObject({ code: 'processor_unknown' });
    });

    it('fails a run whose config is not data, or whose settings can’t be had, and goes on', async () => {
      await expect(run('echo', { run: () => {} })).rejects.toMatchObject({ name: 'RectoError', code: 'processor_failed' });
      const locked = create(async () => {
        throw new Error('the keychain is locked');
      });
      const options: RunOptions = { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null };
      await expect(locked.run(request('echo'), options)).rejects.toMatchObject({ name: 'RectoError', code: 'configuration', message: 'the keychain is locked' });
      await locked.dispose();
      await expect(run('echo')).resolves.toBeDefined();
    });

    it('brings a file’s bytes out whole', async () => {
      const size = 3_000_000;
      const { file } = await run('binder', { size });
      expect(file).toMatchObject({ name: 'book.epub', mediaType: 'application/epub+zip' });
      if (!file || !('bytes' in file)) throw new Error('the file came without its bytes');
      expect(file.bytes.byteLength).toBe(size);
      expect([file.bytes[0], file.bytes[size - 1]]).toEqual([8, (size + 7) % 251]);
    });

    it('runs several at a time', async () => {
      const outputs = await Promise.all(Array.from({ length: 6 }, (_, index) => run('echo', { index })));
      expect(outputs.map(({ data }) => (JSON.parse(String(data['content'])) as { config: { index: number } }).config.index)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    describe('an abort', () => {
      /** Aborts when the processor has reported that it runs. */
      const runAndAbort = (processorId: string, options: Partial<RunOptions> = {}) => {
        const controller = new AbortController();
        return run(processorId, {}, { ...options, signal: controller.signal, onProgress: () => controller.abort() });
      };

      it('before the run keeps it from starting', async () => {
        let reports = 0;
        await expect(run('echo', {}, { signal: AbortSignal.abort(), onProgress: () => reports++ })).rejects.toMatchObject({ code: 'cancelled' });
        expect(reports).toBe(0);
      });

      it('ends a run at once whose processor never answers', async () => {
        await expect(runAndAbort('waiter')).rejects.toMatchObject({ code: 'cancelled' });
        await expect(run('echo')).resolves.toBeDefined();
      });

      it('is told to the processor', async () => {
        const told = new Promise<string>((resolve) => {
          void runAndAbort('listener', {
            readBlob: async (id) => {
              resolve(id);
              return null;
            },
          }).catch((error: unknown) => error);
        });
        expect(await told).toBe('aborted');
      });

      onlyIsolated('ends a run at once that is in a busy loop, and the others go on', async () => {
        const other = new AbortController();
        const started = new Promise<void>((resolve) => {
          void run('waiter', {}, { signal: other.signal, onProgress: () => resolve() }).catch((error: unknown) => error);
        });
        await started;
        await expect(runAndAbort('looper')).rejects.toMatchObject({ code: 'cancelled' });
        await expect(run('echo')).resolves.toBeDefined();
        other.abort();
      });
    });

    onlyIsolated('survives a crash: the run fails, the next one works', async () => {
      await expect(run('crasher')).rejects.toMatchObject({ code: 'processor_crashed' });
      await expect(run('echo')).resolves.toBeDefined();
    });

    onlyIsolated('goes on elsewhere after a run that says itself that it broke its host', async () => {
      for (let count = 0; count < 2; count++) await expect(run('breaker')).rejects.toMatchObject({ code: 'processor_crashed', message: 'Out of memory.' });
    });

    onlyIsolated('fails a run whose output can’t cross the boundary', async () => {
      await expect(run('smuggler')).rejects.toMatchObject({ code: 'processor_failed' });
    });

    it('ends what runs when it is closed, and runs nothing more', async () => {
      const running = new Promise<unknown>((resolve) => {
        void run('waiter', {}, { onProgress: () => void runner.dispose() }).catch(resolve);
      });
      expect(await running).toMatchObject({ code: 'cancelled' });
      await expect(run('echo')).rejects.toMatchObject({ code: 'cancelled' });
    });

    describe('with a model server', () => {
      let server: ScriptedServer;
      beforeAll(async () => {
        server = await startScriptedOpenAiServer();
      });
      afterAll(() => server.close());

      it('asks for the key at each run', async () => {
        for (const apiKey of ['first', 'second']) {
          settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, apiKey };
          await run('writer');
        }
        expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer first', 'Bearer second']);
      });

      it('does not ask again, at a retry of the job, for what was written before it failed', async () => {
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL };
        server.requests.length = 0;
        const job = request('chapter-writer', { passages: ['The first passage.', 'The second passage.'] });
        const options: RunOptions = { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null };
        server.script({ kind: 'stream' }, { kind: 'status', status: 500 });
        await expect(runner.run(job, options)).rejects.toMatchObject({ code: 'provider_failed' });
        const { data } = await runner.run(job, options);
        expect(data['content']).toMatch(/^The first passage\. .*\|The second passage\. /);
        expect(server.requests).toHaveLength(3);
        await runner.run(request('chapter-writer', job.config), options);
        expect(server.requests).toHaveLength(5);
      });

      it('pays for no answer twice that its caller keeps, in another host and after a crash either', async () => {
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL };
        server.requests.length = 0;
        const kept = new Map<string, ModelAnswer>();
        const answers: AnswerStore = { get: async (key) => kept.get(key) ?? null, set: async (key, answer) => void kept.set(key, answer) };
        const options: RunOptions = { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null, answers };
        const job = request('chapter-writer', { passages: ['The first passage.', 'The second passage.'] });
        server.script({ kind: 'stream' }, { kind: 'status', status: 500 });
        await expect(runner.run(job, options)).rejects.toMatchObject({ code: 'provider_failed' });
        expect([...kept.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
        const other = create(async () => settings);
        await other.run(job, options);
        await other.run({ ...job, processorId: 'summer' }, options);
        await other.run({ ...job, processorId: 'summer' }, options);
        expect(server.requests).toHaveLength(4);
        settings = { ...settings, model: 'another' };
        await other.run(job, options);
        expect(server.requests).toHaveLength(6);
        await other.dispose();
      });

      it('tells what was paid for, and what it cost, of a run that fails too', async () => {
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, price: { input: 10_000, output: 20_000 } };
        const told: Usage[] = [];
        const usage: Usage = { provider: 'openai-compatible', model: MODEL, input_tokens: 100, output_tokens: 50, cost: 2 };
        server.script({ kind: 'stream' }, { kind: 'stream', finish: 'length' });
        await expect(run('chapter-writer', { passages: ['One.', 'Two.'] }, { onUsage: (used) => told.push(used) })).rejects.toMatchObject({ code: 'provider_truncated' });
        expect(told).toEqual([usage, usage]);
        settings = { provider: 'built-in' };
        await run('writer', {}, { onUsage: (used) => told.push(used) });
        expect(told).toHaveLength(2);
      });

      it('asks for nothing that the budget does not pay for', async () => {
        // About 400 tokens go to the model for a passage, and 50 come back.
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, price: { input: 1_000, output: 1_000 }, budget: 0.9 };
        server.requests.length = 0;
        const job = request('chapter-writer', { passages: ['One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.', 'Seven.'] });
        const options: RunOptions = { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null };
        await expect(runner.run(job, options)).rejects.toMatchObject({ code: 'budget_exceeded' });
        const paid = server.requests.length;
        expect(paid).toBeGreaterThan(0);
        expect(paid * 0.15).toBeLessThanOrEqual(0.9);
        settings = { ...settings, budget: 10 };
        await runner.run(job, options);
        expect(server.requests).toHaveLength(7);
      });

      it('spends no more by two runs at once than by one', async () => {
        // Each answer costs 3; three passages could be paid for by one run alone.
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, price: { input: 0, output: 60_000 }, budget: 9 };
        server.requests.length = 0;
        const passages = { passages: ['One.', 'Two.', 'Three.'] };
        const ends = await Promise.allSettled([run('chapter-writer', passages), run('chapter-writer', passages)]);
        const refused = ends.filter((end) => end.status === 'rejected').map((end) => (end.reason as { code: string }).code);
        expect(new Set(refused)).toEqual(new Set(['budget_exceeded']));
        expect(server.requests.length).toBeLessThanOrEqual(4);
      });

      it('lets a job choose the model, and never where the text and the key go', async () => {
        settings = { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, apiKey: 'k' };
        server.requests.length = 0;
        await run('writer', { ai: { provider: 'openai-compatible', baseUrl: server.url, model: 'other' } });
        await run('writer', { ai: { provider: 'openai-compatible', baseUrl: 'http://203.0.113.1/v1', model: 'other', apiKey: 'stolen' } });
        expect(server.requests.map(({ body, headers }) => [body.model, headers['authorization']])).toEqual([['other', 'Bearer k'], [MODEL, 'Bearer k']]);
      });
    });
  });
}
