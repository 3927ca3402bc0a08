import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import type { ForkOptions } from 'electron';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import type { AiSettings, RunOptions, RunRequest } from '#processors/contract/runner.ts';
import { forkUtilityProcess, type ForkedProcess } from '#processors/hosts/test-support/fork-utility-process.ts';
import { createPortWorker } from '#processors/hosts/utility-process.ts';
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';
import { RectoError } from '#schemas/errors.ts';
import { PROCESSOR_PORT } from '#schemas/ipc.ts';
import type { IpcContext } from './ipc.ts';
import { createProviderAccess, type ProviderAccess } from './models/provider-access.ts';
import { createProcessorHandlers, type HostProcess, type ProcessorHostParts } from './processor-host.ts';
import { createProviderKeys, createSecretHandlers } from './secrets/provider-keys.ts';
import { createSecretStore } from './secrets/secret-store.ts';
import { createTestKeychain } from './secrets/test-support/test-keychain.ts';

const REAL_ENTRY = new URL('../processors/hosts/node/utility-process-entry.ts', import.meta.url).href;
const BAD_ENTRY = new URL('../processors/hosts/test-support/acceptance-utility-process.ts', import.meta.url).href;

const noAccess: ProviderAccess = {
  open: async () => {
    throw new RectoError('forbidden', 'Not in this test.');
  },
};

/** The window, which gets ports and nothing else; `seen` is all that it ever hears or says. */
class TestContents extends EventEmitter {
  readonly seen: string[] = [];
  readonly ports = new Map<number, NodePort>();

  postMessage(channel: string, message: { hostId: number }, [port]: NodePort[]): void {
    this.seen.push(JSON.stringify([channel, message]));
    if (channel === PROCESSOR_PORT) this.ports.set(message.hostId, this.#watch(port!));
  }

  #watch(port: NodePort): NodePort {
    port.on('message', (message) => this.seen.push(JSON.stringify(message)));
    const post = port.postMessage.bind(port);
    port.postMessage = (message: unknown) => {
      this.seen.push(JSON.stringify(message));
      post(message);
    };
    return port;
  }
}

function createRig(entryFile: string, parts: Partial<ProcessorHostParts> = {}) {
  const contents = new TestContents();
  const context = { window: { webContents: contents } } as unknown as IpcContext;
  const children: ForkedProcess[] = [];
  const forks: { script: string; options: ForkOptions }[] = [];
  const crashes: { exitCode: number }[] = [];
  const handlers = createProcessorHandlers({
    entryFile,
    access: noAccess,
    onCrash: (crash) => crashes.push(crash),
    createChannel: () => new MessageChannel() as unknown as ReturnType<ProcessorHostParts['createChannel']>,
    fork(script, _args, options) {
      forks.push({ script, options });
      const child = forkUtilityProcess(script, { env: options.env as Record<string, string> });
      children.push(child);
      return child as unknown as HostProcess;
    },
    ...parts,
  });
  const startHost = async () => {
    const { hostId } = await handlers['processors.start-host']({}, context);
    return { hostId, port: contents.ports.get(hostId)! as unknown as MessagePort };
  };
  const stopHost = async (hostId: number) => handlers['processors.stop-host']({ hostId }, context);
  const runner = (aiSettings: AiSettings) => createWorkerRunner({ startWorker: () => createPortWorker({ startHost, stopHost }), aiSettings: () => aiSettings });
  return { contents, context, children, forks, crashes, handlers, startHost, stopHost, runner };
}

const exitOf = (child: ForkedProcess): Promise<number> => new Promise((resolve) => void child.on('exit', resolve));

const blob = {
  id: 'b', user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The keeper climbed the stairs. Nobody had come since March.' },
  tags: [], version: 1, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false,
};
const request = (processorId: string, config: Record<string, unknown> = {}): RunRequest => ({ jobId: 'j', processorId, blob, config });
const options = (more: Partial<RunOptions> = {}): RunOptions => ({ signal: new AbortController().signal, onProgress() {}, readBlob: async () => null, ...more });

describe('processes for processors', () => {
  const open: ReturnType<typeof createRig>[] = [];
  const rigOf = (...args: Parameters<typeof createRig>) => {
    const rig = createRig(...args);
    open.push(rig);
    return rig;
  };
  afterEach(() => {
    for (const { contents } of open.splice(0)) contents.emit('destroyed');
  });

  it('have nothing of the program’s environment that could hold a secret', async () => {
    const env = { LANG: 'en_GB.UTF-8', OPENAI_API_KEY: 'sk-1', RECTO_AI_KEY: 'sk-2', NODE_OPTIONS: '--inspect', HOME: '/home/a' };
    const { startHost, forks } = rigOf(BAD_ENTRY, { env });
    await startHost();
    expect(forks[0]).toMatchObject({ script: BAD_ENTRY, options: { env: { LANG: 'en_GB.UTF-8' }, serviceName: 'Recto processors', stdio: 'ignore' } });
    expect(Object.keys(forks[0]!.options.env!)).toEqual(['LANG']);
  });

  it('are eight at most, and one that ended makes room', async () => {
    const { startHost, stopHost, children } = rigOf(BAD_ENTRY);
    const started = await Promise.all(Array.from({ length: 8 }, startHost));
    await expect(startHost()).rejects.toMatchObject({ code: 'unavailable' });
    await stopHost(started[3]!.hostId);
    await startHost();
    expect(children).toHaveLength(9);
  });

  it('end with their window, and when it loads anew', async () => {
    const rig = rigOf(BAD_ENTRY);
    for (const { event, details } of [
      { event: 'did-start-navigation', details: { isMainFrame: true, isSameDocument: false } },
      { event: 'render-process-gone', details: {} },
      { event: 'destroyed', details: {} },
    ]) {
      await rig.startHost();
      const child = rig.children.at(-1)!;
      const exit = exitOf(child);
      rig.contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
      rig.contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
      rig.contents.emit(event, details);
      await exit;
    }
    expect(rig.crashes).toEqual([]);
  });

  it('that crash are told of without a word of the text, and the window’s run fails', async () => {
    const { runner, crashes, children } = rigOf(BAD_ENTRY);
    const ai = runner({ provider: 'built-in' });
    await expect(ai.run(request('crasher'), options())).rejects.toMatchObject({ code: 'processor_crashed' });
    await expect(ai.run(request('echo'), options())).resolves.toBeDefined();
    expect(crashes).toEqual([{ exitCode: expect.any(Number) }]);
    expect(children).toHaveLength(2);
    await ai.dispose();
  });

  it('that are in a busy loop end when their run is cancelled', async () => {
    const { runner, children } = rigOf(BAD_ENTRY);
    const controller = new AbortController();
    const hung = runner({ provider: 'built-in' }).run(request('looper'), options({ signal: controller.signal, onProgress: () => controller.abort() }));
    await expect(hung).rejects.toMatchObject({ code: 'cancelled' });
    expect(await exitOf(children[0]!)).not.toBe(0);
  });

  it('that are not wanted any more before they have started end when they have', async () => {
    const { startHost, stopHost, children } = rigOf(BAD_ENTRY);
    const { hostId } = await startHost();
    expect(children[0]!.pid).toBeUndefined();
    const exit = exitOf(children[0]!);
    await stopHost(hostId);
    expect(await exit).toBe(constants.signals.SIGTERM);
  });

  it('are asked for by number, and an unknown one is ended already', async () => {
    const { stopHost } = rigOf(BAD_ENTRY);
    expect(await stopHost(77)).toBeNull();
  });
});

describe('a provider’s key', () => {
  let server: ScriptedServer;
  let folder: string;
  beforeAll(async () => {
    server = await startScriptedOpenAiServer();
    folder = await mkdtemp(join(tmpdir(), 'recto-key-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes from the program to the provider, and is in nothing that the window hears or says', async () => {
    const secrets = createSecretStore({ safeStorage: createTestKeychain(), file: join(folder, 'secrets.json'), onNotice: () => undefined });
    const providerKeys = createProviderKeys(secrets);
    const access = createProviderAccess({ allowedOrigins: { has: () => true, allow: async () => true }, providerKeys });
    const rig = createRig(REAL_ENTRY, { access });
    const secretHandlers = createSecretHandlers({ secrets, providerKeys });
    await secretHandlers['secrets.set-provider-key']({ baseUrl: server.url, key: 'sk-kept-in-main' }, rig.context);
    rig.contents.seen.push(JSON.stringify(await secretHandlers['secrets.status']({}, rig.context)));

    const runner = rig.runner({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL });
    const output = await runner.run(request('text-expansion'), options());
    expect(JSON.stringify(output.data)).toContain('The scripted model adds');
    server.script({ kind: 'status', status: 401, body: '{"error":{"message":"Incorrect API key provided: sk-kept-in-main"}}' });
    await expect(runner.run({ ...request('text-expansion'), jobId: 'k' }, options())).rejects.toMatchObject({ code: 'provider_auth' });

    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer sk-kept-in-main', 'Bearer sk-kept-in-main']);
    expect(rig.contents.seen.length).toBeGreaterThan(4);
    expect(rig.contents.seen.filter((message) => message.includes('sk-kept-in-main'))).toEqual([]);
    await runner.dispose();
  });

  it('is not given for another address that the window names', async () => {
    const other = await startScriptedOpenAiServer();
    const asked: string[] = [];
    const providerKeys = createProviderKeys(createSecretStore({ safeStorage: createTestKeychain(), file: join(folder, 'others.json'), onNotice: () => undefined }));
    await providerKeys.set({ baseUrl: server.url, key: 'sk-for-one' });
    const allow = async (url: string) => Boolean(asked.push(url));
    const rig = createRig(REAL_ENTRY, { access: createProviderAccess({ allowedOrigins: { has: () => false, allow }, providerKeys }) });
    const runner = rig.runner({ provider: 'openai-compatible', baseUrl: other.url, model: MODEL, apiKey: 'sk-of-the-window' });
    await runner.run(request('text-expansion'), options());
    expect(other.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
    expect(asked).toEqual([other.url]);
    await runner.dispose();
    await other.close();
  });
});
