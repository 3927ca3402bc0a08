/** Processors beside a desktop window: in processes that the program starts, each spoken to over a port of its own. */
import type { AiSettings, ProcessorRunner } from '#processors/contract/runner.ts';
// The platform is where a home's hosts are chosen; no screen knows of them.
// oxlint-disable-next-line no-restricted-imports
import { createPortWorker } from '#processors/hosts/utility-process.ts';
// oxlint-disable-next-line no-restricted-imports
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';
import { RectoError } from '#schemas/errors.ts';
import { PROCESSOR_PORT } from '#schemas/ipc.ts';
import type { CallMain } from './desktop-bridge.ts';
import { QUIET_MS } from './workers.ts';

/** The port is on its way when the call is answered. */
const PORT_MS = 10_000;

/**
 * @param aiSettings those of the library: no key is among them, nor would one be used. The program has it
 * @param from where ports come as messages: the window
 */
export function createDesktopRunner(call: CallMain, aiSettings: () => Promise<AiSettings>, from: EventTarget = window, portMs = PORT_MS): ProcessorRunner {
  const ports = collectPorts(from, portMs);
  const stopHost = (hostId: number): Promise<null> => call('processors.stop-host', { hostId });
  const startHost = async (): Promise<{ hostId: number; port: MessagePort }> => {
    const { hostId } = await call('processors.start-host', {});
    try {
      return { hostId, port: await ports.take(hostId) };
    } catch (thrown) {
      await stopHost(hostId);
      throw thrown;
    }
  };
  return createWorkerRunner({ startWorker: () => createPortWorker({ startHost, stopHost }), aiSettings, quietMs: QUIET_MS });
}

interface PortCollection {
  /** The port of this host, as soon as it is here. @throws RectoError unavailable */
  take(hostId: number): Promise<MessagePort>;
}

/** Ports come as messages from the window to itself, before or after the call that asked for them is answered. */
function collectPorts(from: EventTarget, portMs: number): PortCollection {
  const here = new Map<number, MessagePort>();
  const awaited = new Map<number, (port: MessagePort) => void>();
  from.addEventListener('message', (event) => {
    const { source, data, ports } = event as MessageEvent<unknown>;
    const hostId = source === from ? readHostId(data) : null;
    const [port] = ports;
    if (hostId === null || !port) return;
    const wanted = awaited.get(hostId);
    if (wanted) wanted(port);
    else here.set(hostId, port);
  });
  return {
    take(hostId) {
      const port = here.get(hostId);
      here.delete(hostId);
      if (port) return Promise.resolve(port);
      return new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          awaited.delete(hostId);
          reject(new RectoError('unavailable', 'The processor could not be reached.'));
        }, portMs);
        awaited.set(hostId, (arrived) => {
          clearTimeout(giveUp);
          awaited.delete(hostId);
          resolve(arrived);
        });
      });
    },
  };
}

function readHostId(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, hostId } = data as { type?: unknown; hostId?: unknown };
  return type === PROCESSOR_PORT && typeof hostId === 'number' ? hostId : null;
}
