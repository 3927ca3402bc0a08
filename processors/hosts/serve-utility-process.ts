import { RectoError } from '#schemas/errors.ts';
import type { Processor } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import type { Typesetter } from '../contract/typesetter.ts';
import { serveWorker, type WorkerScope } from './serve-worker.ts';
import type { FromUtilityProcess, ToUtilityProcess } from './utility-process-messages.ts';
import type { ToWorker } from './worker-messages.ts';

/** Electron's MessagePortMain, as far as it is used. */
export interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
}

/** `process.parentPort` of a utility process, as far as it is used. */
export interface UtilityParentPort {
  postMessage(message: FromUtilityProcess): void;
  on(event: 'message', listener: (event: { data: ToUtilityProcess; ports: UtilityPort[] }) => void): unknown;
}

export interface UtilityProcessOptions {
  parentPort: UtilityParentPort;
  processors: readonly Processor[];
  typesetter?: Typesetter;
  /** Ends this process: the window that it served is gone. */
  exit(): void;
}

/**
 * Runs processors for the window whose port the program hands in. What the window says of a key is dropped: the program
 * is asked for it in each run, when text is about to go to a provider, and answers for the provider's origin alone.
 */
export function serveUtilityProcess({ parentPort, processors, typesetter, exit }: UtilityProcessOptions): void {
  const asked = new Map<number, { resolve(key: string | null): void; reject(error: RectoError): void }>();
  let nextAsk = 0;

  const askAccess = (baseUrl: string): Promise<string | null> =>
    new Promise((resolve, reject) => {
      const askId = nextAsk++;
      asked.set(askId, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window is at its other end
      parentPort.postMessage({ type: 'ask-access', askId, baseUrl });
    });

  const completeSettings = async ({ apiKey: _ignored, ...settings }: AiSettings): Promise<AiSettings> => {
    // Without an address the provider says itself what is missing.
    const apiKey = settings.baseUrl ? await askAccess(settings.baseUrl) : null;
    return { ...settings, ...(apiKey && { apiKey }) };
  };

  parentPort.on('message', ({ data, ports }) => {
    switch (data.type) {
      case 'serve':
        for (const port of ports) {
          port.on('close', exit);
          serveWorker(shapeUtilityPort(port), processors, { completeSettings, ...(typesetter && { typesetter }) });
          port.start();
        }
        break;
      case 'access':
        asked.get(data.askId)?.resolve(data.key);
        asked.delete(data.askId);
        break;
      case 'refused':
        asked.get(data.askId)?.reject(RectoError.fromProblem(data.problem));
        asked.delete(data.askId);
    }
  });
}

/** Such a port can hand over ports alone, so bytes are copied. */
function shapeUtilityPort(port: UtilityPort): WorkerScope {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (_type, listener) => void port.on('message', ({ data }) => listener({ data: data as ToWorker })),
  };
}
