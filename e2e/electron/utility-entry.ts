/** `node --import` this in a utility process: process.parentPort, and an `electron` with what such a process has. */
import { EventEmitter } from 'node:events';
import { registerHooks } from 'node:module';
import type { ParentPort } from 'electron';
import { RemotePorts } from './message-ports.ts';
import { throwOnMissing } from './stand-in.ts';
import type { ChildMessage } from './utility-process.ts';

const tell = (message: ChildMessage): void => {
  if (process.connected) process.send!(message);
};
const ports = new RemotePorts({ sendToPort: (id, message) => tell({ kind: 'port', id, message }), closePort: (id) => tell({ kind: 'port-close', id }) });

class ParentPortStandIn extends EventEmitter implements Pick<ParentPort, 'postMessage'> {
  readonly #early: unknown[] = [];

  constructor() {
    super();
    // What came before the program listened is kept for it.
    this.on('newListener', (name) => name === 'message' && setImmediate(() => this.#early.splice(0).forEach((event) => this.emit('message', event))));
  }

  postMessage(message: unknown): void {
    tell({ kind: 'message', message, ports: [] });
  }

  start(): void {}

  deliver(message: unknown, ids: readonly string[]): void {
    const event = { data: message, ports: ports.receive(ids) };
    if (this.listenerCount('message') > 0 && this.#early.length === 0) this.emit('message', event);
    else this.#early.push(event);
  }
}
Object.setPrototypeOf(ParentPortStandIn.prototype, throwOnMissing('parentPort', EventEmitter.prototype));

const parentPort = new ParentPortStandIn();
Object.assign(process, { parentPort, type: 'utility' });
process.on('message', (message: ChildMessage) => {
  if (message.kind === 'port') ports.deliver(message.id, message.message);
  else if (message.kind === 'port-close') ports.close(message.id);
  else parentPort.deliver(message.message, message.ports);
});
// A utility process does not outlive its program.
process.once('disconnect', () => process.exit(0));

const standIn = new URL('./utility-electron.ts', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => (specifier === 'electron' || specifier === 'electron/utility' ? { url: standIn, shortCircuit: true } : next(specifier, context)) });
