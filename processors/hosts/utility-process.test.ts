import { constants } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { AiSettings, ProcessorRunner, RunOptions, RunRequest } from '../contract/runner.ts';
import { startScriptedOpenAiServer, MODEL } from '../ai-service/test-support/scripted-openai-server.ts';
import { GROW, makeBench, writeDraft } from '../orchestrator/test-support/bench-ports.ts';
import { runRunnerAcceptance } from './runner.acceptance.ts';
import { forkUtilityProcess, type ForkedProcess } from './test-support/fork-utility-process.ts';
import type { FromUtilityProcess, ToUtilityProcess } from './utility-process-messages.ts';
import { createPortWorker, type UtilityHosts } from './utility-process.ts';
import { createWorkerRunner } from './worker-runner.ts';

const SCRIPT = new URL('./test-support/acceptance-utility-process.ts', import.meta.url).href;

type Access = (baseUrl: string) => Promise<string | null>;

interface Rig {
  runner: ProcessorRunner;
  processes: ForkedProcess[];
  /** The window's ends. */
  ports: MessagePort[];
  /** Everything that came to or went from the window's port, as JSON. */
  seen: string[];
}

/** The program and its window in this process, the processors in real ones. */
function createRig(access: Access, aiSettings: () => Promise<AiSettings>, hosts: Partial<UtilityHosts> = {}): Rig {
  const rig: Rig = { processes: [], ports: [], seen: [], runner: createWorkerRunner({ startWorker: () => createPortWorker({ ...program, ...hosts }), aiSettings }) };
  const program: UtilityHosts = {
    async startHost() {
      const child = forkUtilityProcess(SCRIPT);
      const { port1, port2 } = new MessageChannel();
      const answer = (message: ToUtilityProcess): void => child.postMessage(message, []);
      child.on('message', async (message) => {
        const { askId, baseUrl } = message as FromUtilityProcess;
        await access(baseUrl).then(
          (key) => answer({ type: 'access', askId, key }),
          (thrown: unknown) => answer({ type: 'refused', askId, problem: RectoError.from(thrown, 'internal').toProblem() }),
        );
      });
      child.postMessage({ type: 'serve' } satisfies ToUtilityProcess, [port1]);
      port2.on('message', (message) => rig.seen.push(JSON.stringify(message)));
      const post = port2.postMessage.bind(port2);
      port2.postMessage = (message: unknown) => {
        rig.seen.push(JSON.stringify(message));
        post(message);
      };
      const port = port2 as unknown as MessagePort;
      rig.ports.push(port);
      return { hostId: rig.processes.push(child) - 1, port };
    },
    stopHost: async (hostId) => rig.processes[hostId]?.kill(),
  };
  return rig;
}

runRunnerAcceptance('utility process', {
  isolated: true,
  // The window's settings have no key; the program has it.
  create: (aiSettings) => createRig(async () => (await aiSettings()).apiKey ?? null, async () => ({ ...(await aiSettings()), apiKey: 'of the window' })).runner,
});

describe('a utility process', () => {
  const blob = { id: 'b', user_id: 'u', processor_id: 'p', schema_id: 's', data: { content: 'A line.' }, tags: [], version: 1, created_at: '', updated_at: '', deleted: false };
  const request = (processorId: string, config = {}): RunRequest => ({ jobId: 'j', processorId, blob, config });
  const options = (more: Partial<RunOptions> = {}): RunOptions => ({ signal: new AbortController().signal, onProgress() {}, readBlob: async () => null, ...more });
  const builtIn = async (): Promise<AiSettings> => ({ provider: 'built-in' });
  const noAccess: Access = async () => {
    throw new Error('not asked in this test');
  };
  const open: Rig[] = [];
  const rigOf = (...args: Parameters<typeof createRig>): Rig => {
    const rig = createRig(...args);
    open.push(rig);
    return rig;
  };
  afterEach(async () => {
    for (const { runner } of open.splice(0)) await runner.dispose();
  });

  it('that can’t be started fails its run with the reason', async () => {
    const { runner } = rigOf(noAccess, builtIn, {
      startHost: async () => {
        throw new RectoError('unavailable', 'Eight are running.');
      },
    });
    await expect(runner.run(request('echo'), options())).rejects.toMatchObject({ code: 'processor_crashed', message: expect.stringContaining('Eight are running.') });
  });

  it('that is killed from outside fails its run, and the next run has another', async () => {
    const { runner, processes } = rigOf(noAccess, builtIn);
    const killed = runner.run(request('waiter'), options({ onProgress: () => void process.kill(processes[0]!.pid!, 'SIGKILL') }));
    await expect(killed).rejects.toMatchObject({ code: 'processor_crashed' });
    await expect(runner.run(request('echo'), options())).resolves.toBeDefined();
    expect(processes).toHaveLength(2);
  });

  it('that hangs is ended when its run is cancelled', async () => {
    const { runner, processes } = rigOf(noAccess, builtIn);
    const controller = new AbortController();
    const hung = runner.run(request('looper'), options({ signal: controller.signal, onProgress: () => controller.abort() }));
    await expect(hung).rejects.toMatchObject({ code: 'cancelled' });
    expect(await new Promise((resolve) => void processes[0]!.on('exit', resolve))).toBeGreaterThan(0);
  });

  it('ends by itself when its window is gone', async () => {
    const { runner, processes, ports } = rigOf(noAccess, builtIn, { stopHost: async () => undefined });
    await runner.run(request('echo'), options());
    const ended = new Promise<number>((resolve) => void processes[0]!.on('exit', resolve));
    ports[0]!.close();
    expect(await ended).toBe(0);
  });

  it('is given a key that no message of the window shows, whatever the window says of one', async () => {
    const server = await startScriptedOpenAiServer();
    try {
      const asked: string[] = [];
      const access: Access = async (baseUrl) => {
        asked.push(baseUrl);
        return 'sk-of-the-program';
      };
      const rig = rigOf(access, async () => ({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL, apiKey: 'sk-of-the-window' }));
      await rig.runner.run(request('writer', { ai: { apiKey: 'sk-of-the-job' } }), options());
      expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer sk-of-the-program']);
      expect(asked).toEqual([server.url]);
      expect(rig.seen.length).toBeGreaterThan(1);
      expect(rig.seen.filter((message) => message.includes('sk-of-the-program'))).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('sends nothing to a provider that the author refused, and asks for none where no text goes out', async () => {
    const server = await startScriptedOpenAiServer();
    try {
      let asked = 0;
      const access: Access = async () => {
        asked++;
        throw new RectoError('forbidden', 'You said no.');
      };
      const { runner } = rigOf(access, async () => ({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL }));
      await runner.run(request('echo'), options());
      expect(asked).toBe(0);
      await expect(runner.run(request('writer'), options())).rejects.toMatchObject({ code: 'forbidden', message: 'You said no.' });
      await runner.run(request('writer', { ai: { provider: 'built-in' } }), options());
      expect(asked).toBe(1);
      expect(server.requests).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('is cancelled also while the author is being asked', async () => {
    const controller = new AbortController();
    const access: Access = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const { runner } = rigOf(access, async () => ({ provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', model: MODEL }));
    await expect(runner.run(request('writer'), options({ signal: controller.signal }))).rejects.toMatchObject({ code: 'cancelled' });
  });

  describe('has jobs that', () => {
    /** A process starts within this on a computer that does much else. */
    const PATIENT = { timeout: 60_000 };

    /** An orchestrator on simulated time over real processes; `read` is what the window does when a blob is asked for. */
    function createDesk(processorId: string, read: (rig: Rig) => Promise<null> = async () => null) {
      const rig = rigOf(noAccess, builtIn);
      let reports = 0;
      const bench = makeBench({
        manifests: () => [{ ...GROW, id: processorId }],
        instanceConfig: async () => ({ ids: ['a'] }),
        onProgress: () => reports++,
        runner: { run: (job, given) => rig.runner.run(job, { ...given, readBlob: () => read(rig) }), dispose: () => rig.runner.dispose() },
      });
      bench.orchestrator.start();
      return { rig, bench, reports: () => reports };
    }
    const states = ({ log }: { log: string[] }): string => log.map((line) => line.replace('draft@1 ', '')).join(' ');

    it('are taken up again when it was killed, and end', async () => {
      let reads = 0;
      const { rig, bench } = createDesk('reader', ({ processes }) => {
        if (reads++ > 0) return Promise.resolve(null);
        process.kill(processes[0]!.pid!, 'SIGKILL');
        return new Promise(() => {});
      });
      await bench.orchestrator.handleEvent(writeDraft(bench, 'draft'));
      await expect.poll(() => states(bench), PATIENT).toBe('queued running queued');
      expect(bench.jobs.all()).toMatchObject([{ error: { code: 'processor_crashed' } }]);
      await bench.clock.advance(2_000);
      await bench.orchestrator.idle();
      expect(states(bench)).toBe('queued running queued running done');
      expect(rig.processes).toHaveLength(2);
      await bench.orchestrator.stop(0);
    });

    it('are taken up again when it hangs, and it is put away', async () => {
      const { rig, bench, reports } = createDesk('looper');
      await bench.orchestrator.handleEvent(writeDraft(bench, 'draft'));
      await expect.poll(reports, PATIENT).toBe(1);
      const exit = new Promise((resolve) => void rig.processes[0]!.on('exit', resolve));
      await bench.clock.advance(16 * 60_000);
      expect(await exit).toBe(constants.signals.SIGTERM);
      expect(states(bench)).toBe('queued running queued running');
      expect(bench.jobs.all()).toMatchObject([{ state: 'running', attempts: 2 }]);
      await expect.poll(reports, PATIENT).toBe(2);
      const stopped = bench.orchestrator.stop(0);
      await bench.clock.advance(1);
      await stopped;
    });
  });
});
