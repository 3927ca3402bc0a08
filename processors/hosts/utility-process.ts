import { RectoError } from '#schemas/errors.ts';

export interface UtilityHosts {
  /** Starts a process whose script calls `serveUtilityProcess`. @returns its number, and the port to it */
  startHost(): Promise<{ hostId: number; port: MessagePort }>;
  /** Ends it at once, whatever it does. */
  stopHost(hostId: number): Promise<unknown>;
}

type ListenerOf = { message: (event: { data: unknown }) => void; messageerror: () => void; error: (event: { message: string }) => void };

/**
 * A process for processors in the shape of a web worker, for `createWorkerRunner`. Messages wait until its port is
 * there. A process that can't be started, or whose port closes, counts as crashed.
 */
export function createPortWorker(hosts: UtilityHosts): Worker {
  const listeners: { [K in keyof ListenerOf]: ListenerOf[K][] } = { message: [], messageerror: [], error: [] };
  const waiting: unknown[] = [];
  let port: MessagePort | null = null;
  let over = false;

  const stop = (started: { hostId: number; port: MessagePort }): void => {
    started.port.close();
    // When even this can't be said, the process still ends by itself, since its port has closed.
    hosts.stopHost(started.hostId).catch(() => undefined);
  };
  const crash = (message: string): void => {
    if (over) return;
    over = true;
    for (const listener of listeners.error) listener({ message });
  };
  const started = hosts.startHost();
  void started.then(
    (host) => {
      if (over) return;
      ({ port } = host);
      port.addEventListener('message', ({ data }) => listeners.message.forEach((listener) => listener({ data })));
      port.addEventListener('messageerror', () => listeners.messageerror.forEach((listener) => listener()));
      port.addEventListener('close', () => crash('its process ended'));
      port.start();
      for (const message of waiting.splice(0)) port.postMessage(message);
    },
    (thrown: unknown) => crash(RectoError.from(thrown, 'internal').message),
  );

  const shaped = {
    postMessage(message: unknown) {
      // The copy fails here and now for what can't be sent, as it would at a port.
      if (port) port.postMessage(message);
      else if (!over) waiting.push(structuredClone(message));
    },
    terminate() {
      over = true;
      void started.then(stop, () => undefined);
    },
    addEventListener<K extends keyof ListenerOf>(type: K, listener: ListenerOf[K]) {
      listeners[type].push(listener);
    },
  };
  // The host uses these three members of Worker and no other.
  return shaped as unknown as Worker;
}
