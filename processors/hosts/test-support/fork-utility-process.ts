/** Electron's `utilityProcess.fork` over a real child process of Node: the same messages, ports, kill and exit. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';

/** What goes over the child's own channel, in both directions. */
export type ChildMessage =
  | { kind: 'ready' }
  /** Between the program and `parentPort`. */
  | { kind: 'parent'; data: unknown; ports: number[] }
  /** Between the two ends of a port. */
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'close'; port: number };

const BOOTSTRAP = fileURLToPath(new URL('./utility-process-bootstrap.ts', import.meta.url));

export interface ForkedProcess {
  readonly pid: number | undefined;
  on(event: 'spawn', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: unknown, transfer?: MessagePort[]): void;
  kill(): boolean;
}

/** @param script an absolute path or a file: URL; it finds `process.parentPort` */
export function forkUtilityProcess(script: string, { env = {} }: { env?: Record<string, string> } = {}): ForkedProcess {
  const child = fork(BOOTSTRAP, [script], { env, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ports = new Map<number, MessagePort>();
  const events = new EventEmitter();
  // Before the script has its listeners it hears nothing, so what is sent waits; Electron does so too.
  let started = false;
  child.on('spawn', () => {
    started = true;
    events.emit('spawn');
  });
  const sendWhenReady = queueUntilReady(child);

  child.on('message', (message: ChildMessage) => {
    if (message.kind === 'parent') events.emit('message', message.data);
    if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data);
  });
  child.on('exit', (code, signal) => {
    started = false;
    for (const port of ports.values()) port.close();
    events.emit('exit', code ?? constants.signals[signal!]);
  });

  return {
    get pid() {
      return started ? child.pid : undefined;
    },
    on: (event: string, listener: (value: never) => void) => events.on(event, listener as (value: unknown) => void),
    postMessage(data, transfer = []) {
      const ids = transfer.map((port) => {
        const id = ports.size;
        ports.set(id, port);
        port.on('message', (inner) => sendWhenReady({ kind: 'port', port: id, data: inner }));
        port.on('close', () => sendWhenReady({ kind: 'close', port: id }));
        return id;
      });
      sendWhenReady({ kind: 'parent', data, ports: ids });
    },
    kill: () => started && child.kill(),
  };
}

function queueUntilReady(child: ChildProcess): (message: ChildMessage) => void {
  let waiting: ChildMessage[] | null = [];
  const send = (message: ChildMessage): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', ({ kind }: ChildMessage) => {
    if (kind !== 'ready') return;
    for (const message of waiting ?? []) send(message);
    waiting = null;
  });
  return (message) => (waiting ? void waiting.push(message) : send(message));
}
