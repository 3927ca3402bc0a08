import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ACCEPTANCE_PROCESSORS } from '#processors/hosts/test-support/acceptance-processors.ts';
import { serveUtilityProcess, type UtilityParentPort, type UtilityPort } from '#processors/hosts/serve-utility-process.ts';
import { PROCESSOR_PORT } from '#schemas/ipc.ts';
import type { CallMain } from './desktop-bridge.ts';
import { createDesktopRunner } from './desktop-runner.ts';

const blob = { id: 'b', user_id: 'u', processor_id: 'p', schema_id: 's', data: { content: 'A line.' }, tags: [], version: 1, created_at: '', updated_at: '', deleted: false };
const request = { jobId: 'j', processorId: 'echo', blob, config: {} };
const options = () => ({ signal: new AbortController().signal, onProgress() {}, readBlob: async () => null });
const builtIn = async () => ({ provider: 'built-in' as const });

/** A process for processors that is none: what this test is about is how the window comes to its port. */
function serve(): NodePort {
  const { port1, port2 } = new MessageChannel();
  const port: UtilityPort = {
    postMessage: (message) => port1.postMessage(message),
    on: (event: string, listener: (value: never) => void) => port1.on(event, (data: unknown) => listener({ data } as never)),
    start: () => port1.start(),
  };
  const parentPort: UtilityParentPort = {
    postMessage() {},
    on: (_event, listener) => listener({ data: { type: 'serve' }, ports: [port] }),
  };
  serveUtilityProcess({ parentPort, processors: ACCEPTANCE_PROCESSORS, exit: () => port1.close() });
  return port2;
}

/** @param arrive when the port comes: before the call is answered, after it, or never */
function createRig(arrive: 'before' | 'after' | 'never') {
  const from = new EventTarget();
  const stopped: number[] = [];
  let hosts = 0;
  const post = (data: unknown, source: unknown, port: NodePort): void => void from.dispatchEvent(Object.assign(new Event('message'), { data, source, ports: [port] }));
  const call = (async (name: string, input: { hostId?: number }) => {
    if (name === 'processors.stop-host') return stopped.push(input.hostId!) && null;
    const hostId = ++hosts;
    // Others post to a window too.
    post({ type: PROCESSOR_PORT, hostId }, null, new MessageChannel().port1);
    post({ type: 'other', hostId }, from, new MessageChannel().port1);
    post(null, from, new MessageChannel().port1);
    const send = (): void => post({ type: PROCESSOR_PORT, hostId }, from, serve());
    if (arrive === 'before') send();
    if (arrive === 'after') setImmediate(() => setImmediate(send));
    return { hostId };
  }) as CallMain;
  return { stopped, runner: createDesktopRunner(call, builtIn, from, arrive === 'never' ? 50 : 20_000) };
}

test.each(['before', 'after'] as const)('a port that arrives %s the answer carries the runs', async (arrive) => {
  const { runner, stopped } = createRig(arrive);
  await expect(runner.run(request, options())).resolves.toMatchObject({ tags: ['echoed'] });
  await runner.dispose();
  await expect.poll(() => stopped).toEqual([1]);
});

test('a port that never arrives fails the run, and its process is not left behind', async () => {
  const { runner, stopped } = createRig('never');
  await expect(runner.run(request, options())).rejects.toMatchObject({ code: 'processor_crashed' });
  expect(stopped).toEqual([1]);
});
