/** MessageChannelMain and MessagePortMain: ports in main, and their way into a page or a child process. */
import { EventEmitter } from 'node:events';
import type { MessageChannelMain as ElectronChannel, MessagePortMain as ElectronPort } from 'electron';
import { cloneCodec } from './clone-codec.ts';
import { throwOnMissing } from './stand-in.ts';

/** One end of a channel, wherever it is now: who holds it takes its messages, which wait until then. */
class PortEnd {
  peer: PortEnd | null = null;
  #queue: unknown[] = [];
  #take: ((message: unknown) => void) | null = null;
  #onClose: (() => void) | null = null;
  #isClosed = false;

  /** @param onClose called when the channel is closed from the other end, also when that was before */
  hold(take: ((message: unknown) => void) | null, onClose: () => void): void {
    this.#take = take;
    this.#onClose = onClose;
    const queue = this.#queue;
    if (take) this.#queue = [];
    if (take) queue.forEach(take);
    if (this.#isClosed) setImmediate(onClose);
  }

  post(message: unknown): void {
    this.peer?.deliver(message);
  }

  deliver(message: unknown): void {
    if (this.#take) this.#take(message);
    else this.#queue.push(message);
  }

  close(): void {
    const { peer } = this;
    this.peer = null;
    if (peer) peer.#closeFromAfar();
  }

  #closeFromAfar(): void {
    this.peer = null;
    this.#isClosed = true;
    this.#onClose?.();
  }
}

const ends = new WeakMap<MessagePortMainStandIn, PortEnd>();

class MessagePortMainStandIn extends EventEmitter implements Pick<ElectronPort, 'postMessage' | 'start' | 'close'> {
  constructor(end: PortEnd) {
    super();
    ends.set(this, end);
    end.hold(null, () => this.emit('close'));
  }

  postMessage(message: unknown, transfer: ElectronPort[] = []): void {
    if (transfer.length > 0) throw new Error('The stand-in carries no ports in the messages of a port');
    const end = endOf(this);
    const copy = cloneCodec.decode(cloneCodec.encode(message));
    setImmediate(() => end.post(copy));
  }

  start(): void {
    endOf(this).hold((data) => this.emit('message', { data, ports: [] }), () => this.emit('close'));
  }

  close(): void {
    const end = ends.get(this);
    ends.delete(this);
    if (!end) return;
    // What was posted before arrives first; both ends hear of the close.
    setImmediate(() => end.close());
    setImmediate(() => this.emit('close'));
  }
}
Object.setPrototypeOf(MessagePortMainStandIn.prototype, throwOnMissing('MessagePortMain', EventEmitter.prototype));

function endOf(port: object): PortEnd {
  const end = ends.get(port as MessagePortMainStandIn);
  if (!end) throw new Error('This port is closed or was handed on');
  return end;
}

export class MessageChannelMain implements Pick<ElectronChannel, 'port1' | 'port2'> {
  port1: ElectronPort;
  port2: ElectronPort;

  constructor() {
    const [one, two] = [new PortEnd(), new PortEnd()];
    one.peer = two;
    two.peer = one;
    this.port1 = new MessagePortMainStandIn(one) as unknown as ElectronPort;
    this.port2 = new MessagePortMainStandIn(two) as unknown as ElectronPort;
  }
}

/** What carries the messages of ports that are elsewhere: a page's document, or a child process. */
export interface PortCarrier {
  sendToPort(id: string, message: unknown): void;
  closePort(id: string): void;
}

/** The ports that one document or child holds, by the names under which their messages travel. */
export class RemotePorts {
  readonly #carrier: PortCarrier;
  readonly #ends = new Map<string, PortEnd>();

  constructor(carrier: PortCarrier) {
    this.#carrier = carrier;
  }

  /** Takes ports away from main. @returns their names; call `release` when their message is on its way */
  handOver(ports: readonly object[]): { ids: string[]; release(): void } {
    const taken = ports.map((port) => ({ id: crypto.randomUUID() as string, end: endOf(port) }));
    for (const port of ports) ends.delete(port as MessagePortMainStandIn);
    return {
      ids: taken.map(({ id }) => id),
      release: () => {
        for (const { id, end } of taken) this.#hold(id, end);
      },
    };
  }

  /** Ports of a document or child that main gets. */
  receive(ids: readonly string[]): ElectronPort[] {
    return ids.map((id) => {
      const { port1, port2 } = new MessageChannelMain();
      this.#hold(id, endOf(port2));
      ends.delete(port2 as unknown as MessagePortMainStandIn);
      return port1;
    });
  }

  deliver(id: string, message: unknown): void {
    this.#ends.get(id)?.post(message);
  }

  close(id: string): void {
    const end = this.#ends.get(id);
    this.#ends.delete(id);
    end?.close();
  }

  /** The document or child is gone, and with it all that it held. */
  closeAll(): void {
    for (const id of this.#ends.keys()) this.close(id);
  }

  #hold(id: string, end: PortEnd): void {
    this.#ends.set(id, end);
    end.hold((message) => this.#carrier.sendToPort(id, message), () => {
      if (this.#ends.delete(id)) this.#carrier.closePort(id);
    });
  }
}
