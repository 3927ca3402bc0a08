/**
 * Gives a forked Node process what Electron gives a utility process: `process.parentPort`, ports as messages bring
 * them, and an end at an uncaught error. Then runs the script that is its argument.
 */
import { EventEmitter } from 'node:events';
import type { ChildMessage } from './fork-utility-process.ts';

class Port extends EventEmitter {
  readonly #id: number;
  #waiting: unknown[] | null = [];

  constructor(id: number) {
    super();
    this.#id = id;
  }

  postMessage(data: unknown): void {
    send({ kind: 'port', port: this.#id, data });
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const data of waiting) this.emit('message', { data, ports: [] });
  }

  receive(data: unknown): void {
    if (this.#waiting) this.#waiting.push(data);
    else this.emit('message', { data, ports: [] });
  }
}

const ports = new Map<number, Port>();
const parentPort = Object.assign(new EventEmitter(), { postMessage: (data: unknown) => send({ kind: 'parent', data, ports: [] }) });

function send(message: ChildMessage): void {
  // Electron's ports throw at once for what can't be cloned.
  process.send!(structuredClone(message));
}

process.on('message', (message: ChildMessage) => {
  switch (message.kind) {
    case 'parent': {
      const received = message.ports.map((id) => new Port(id));
      message.ports.forEach((id, index) => ports.set(id, received[index]!));
      parentPort.emit('message', { data: message.data, ports: received });
      break;
    }
    case 'port':
      ports.get(message.port)?.receive(message.data);
      break;
    case 'close':
      ports.get(message.port)?.emit('close');
  }
});
// As in Electron, no utility process outlives its program.
process.on('disconnect', () => process.exit(0));

Object.assign(process, { parentPort });
await import(process.argv[2]!);
process.send!({ kind: 'ready' } satisfies ChildMessage);
