/**
 * What runs in the page at the start of each document. The preload's world is isolated from the page's: the same
 * document, other globals. Each function here is whole in itself, since its source is what runs there.
 */
import { createCloneCodec, type BytesAsText, type CloneCodec } from './clone-codec.ts';
import type { PageMessage } from './page-channel.ts';

/** One end of the bridge between the worlds: makes what crosses it, and hands over what the other end exposes. */
interface BridgeEnd {
  wrap(value: unknown): Wrapped;
}

/** A value on its way between the worlds: functions and promises by number, what is in them as it is. */
type Wrapped = { value: unknown } | { fn: number } | { promise: number } | { array: Wrapped[] } | { object: [string, Wrapped][] };
type Outcome = { ok: true; value: Wrapped } | { ok: false; message: string };

interface PreloadSettings {
  /** The event by which the two worlds find each other; nobody else knows its name. */
  handshake: string;
  /** The binding that carries messages to main; only the preload's world has it. */
  binding: string;
  /** The function by which main's messages arrive. */
  receiver: string;
  versions: Record<string, string>;
  platform: string;
  scheme: string | null;
}

type Preload = (require: (name: string) => unknown, process: unknown, exports: object, module: object) => void;

/**
 * The bridge proper, the same at both ends. `link` is one DOM object that both worlds hold, each through a wrapper of its
 * own; an event on it arrives at once in the other world, and its data is cloned on the way.
 */
function createBridgeEnd(link: EventTarget, side: 'page' | 'preload'): BridgeEnd & { listen(): void; onExpose(listener: (key: string, value: unknown) => void): void; expose(key: string, value: unknown): void } {
  const other = side === 'page' ? 'preload' : 'page';
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const promises = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let outcome: Outcome | null = null;
  let lastPromise = 0;
  let exposed: ((key: string, value: unknown) => void) | null = null;

  const say = (kind: string, data: unknown): void => void link.dispatchEvent(new MessageEvent(`${side}:${kind}`, { data }));
  const hear = (kind: string, listener: (data: never) => void): void =>
    link.addEventListener(`${other}:${kind}`, (event) => listener((event as MessageEvent).data as never));
  const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

  function wrap(value: unknown): Wrapped {
    if (typeof value === 'function') return { fn: functions.push(value as () => unknown) - 1 };
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (value instanceof Promise) return wrapPromise(value);
    if (Array.isArray(value)) return { array: value.map(wrap) };
    if (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))
      return { object: Object.keys(value).map((key) => [key, wrap((value as Record<string, unknown>)[key])]) };
    return { value };
  }

  function wrapPromise(value: Promise<unknown>): Wrapped {
    const promise = ++lastPromise;
    value.then(
      (result) => say('settle', { promise, outcome: { ok: true, value: wrap(result) } }),
      (error: unknown) => say('settle', { promise, outcome: { ok: false, message: messageOf(error) } }),
    );
    return { promise };
  }

  function unwrap(wrapped: Wrapped): unknown {
    if ('fn' in wrapped) return (...args: unknown[]) => call(wrapped.fn, args);
    if ('promise' in wrapped) return new Promise((resolve, reject) => promises.set(wrapped.promise, { resolve, reject }));
    if ('array' in wrapped) return wrapped.array.map(unwrap);
    if ('object' in wrapped) return Object.fromEntries(wrapped.object.map(([key, value]) => [key, unwrap(value)]));
    return wrapped.value;
  }

  function call(fn: number, args: unknown[]): unknown {
    outcome = null;
    say('call', { fn, args: args.map(wrap) });
    const result = outcome as Outcome | null;
    if (!result) throw new Error('The other world is gone.');
    if (!result.ok) throw new Error(result.message);
    return unwrap(result.value);
  }

  function answer({ fn, args }: { fn: number; args: Wrapped[] }): void {
    let result: Outcome;
    try {
      result = { ok: true, value: wrap(functions[fn]!(...args.map(unwrap))) };
    } catch (error) {
      result = { ok: false, message: messageOf(error) };
    }
    say('outcome', result);
  }

  function settle({ promise, outcome }: { promise: number; outcome: Outcome }): void {
    const settling = promises.get(promise);
    promises.delete(promise);
    if (outcome.ok) settling?.resolve(unwrap(outcome.value));
    else settling?.reject(new Error(outcome.message));
  }

  return {
    wrap,
    listen() {
      hear('call', answer);
      hear('outcome', (result: Outcome) => (outcome = result));
      hear('settle', settle);
      hear('expose', ({ key, value }: { key: string; value: Wrapped }) => exposed?.(key, unwrap(value)));
    },
    onExpose: (listener) => void (exposed = listener),
    expose: (key, value) => say('expose', { key, value: wrap(value) }),
  };
}

/**
 * Electron's ports say 'close' when the other end goes, Chromium's say nothing: here the end that goes says a word that
 * nobody else knows, and it is heard before any other listener.
 */
function watchPort(port: MessagePort, word: string): void {
  const close = port.close.bind(port);
  port.addEventListener('message', (event) => {
    if (event.data !== word) return;
    event.stopImmediatePropagation();
    close();
    port.dispatchEvent(new Event('close'));
  });
  port.close = () => {
    port.postMessage(word);
    close();
  };
}

/** In the page's own world, before any script of the page: waits for what the preload exposes, and freezes it. */
function installPageWorld(createEnd: typeof createBridgeEnd, watch: typeof watchPort, handshake: string): void {
  if (window !== window.top) return;
  window.addEventListener('message', ({ ports }) => ports.forEach((port) => watch(port, handshake)), { capture: true });
  // A window that main denies is null for who asked; Chromium's own answer is one that closes.
  window.open = new Proxy(window.open, {
    apply(open, self, args) {
      Reflect.apply(open, self, args);
      return null;
    },
  });
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)) {
      for (const part of Object.values(value)) freeze(part);
      Object.freeze(value);
    }
    return value;
  };
  const meet = (event: Event): void => {
    event.stopImmediatePropagation();
    const end = createEnd((event as MessageEvent).ports[0]!, 'page');
    end.listen();
    end.onExpose((key, value) => Object.defineProperty(window, key, { value: freeze(value), enumerable: true, writable: false, configurable: false }));
  };
  window.addEventListener(handshake, meet, { once: true, capture: true });
}

/** In the preload's world: `require('electron')` as a sandboxed preload has it, and the preload itself. */
function installPreloadWorld(createEnd: typeof createBridgeEnd, watch: typeof watchPort, createCodec: typeof createCloneCodec, settings: PreloadSettings, preload: Preload): void {
  if (window !== window.top) return;
  const world = globalThis as unknown as Record<string, unknown>;
  const carry = world[settings.binding] as (text: string) => void;
  const bytesAsText: BytesAsText = {
    toText: (bytes) => (bytes as unknown as { toBase64(): string }).toBase64(),
    toBytes: (text) => (Uint8Array as unknown as { fromBase64(text: string): Uint8Array<ArrayBuffer> }).fromBase64(text),
  };
  const codec: CloneCodec = createCodec(bytesAsText);
  const tell = (message: PageMessage): void => carry(codec.encode({ ...message, url: location.href }));

  const { port1: link } = new MessageChannel();
  const end = createEnd(link, 'preload');
  end.listen();
  window.dispatchEvent(new MessageEvent(settings.handshake, { ports: [link] }));

  const ports = new Map<string, MessagePort>();
  function pump(id: string, port: MessagePort): void {
    ports.set(id, port);
    watch(port, settings.handshake);
    port.addEventListener('message', ({ data }) => tell({ kind: 'port', id, message: data as unknown }));
    port.addEventListener('close', () => {
      if (ports.delete(id)) tell({ kind: 'port-close', id });
    });
    port.start();
  }
  function openPort(id: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    pump(id, port2);
    watch(port1, settings.handshake);
    return port1;
  }

  type Listener = (event: unknown, ...args: unknown[]) => void;
  const listeners = new Map<string, { listener: Listener; once: boolean }[]>();
  const invocations = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastInvocation = 0;
  const add = (channel: string, listener: Listener, once: boolean): unknown => (listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]), ipcRenderer);
  const remove = (channel: string, listener: Listener): unknown => (listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one.listener !== listener)), ipcRenderer);
  const ipcRenderer: Record<string, unknown> = {
    on: (channel: string, listener: Listener) => add(channel, listener, false),
    addListener: (channel: string, listener: Listener) => add(channel, listener, false),
    once: (channel: string, listener: Listener) => add(channel, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners: (channel: string) => (listeners.delete(channel), ipcRenderer),
    send: (channel: string, ...args: unknown[]) => tell({ kind: 'send', channel, args, ports: [] }),
    postMessage(channel: string, message: unknown, transfer: MessagePort[] = []) {
      const ids = transfer.map(() => crypto.randomUUID());
      tell({ kind: 'send', channel, args: [message], ports: ids });
      transfer.forEach((port, index) => pump(ids[index]!, port));
    },
    invoke(channel: string, ...args: unknown[]) {
      return new Promise((resolve, reject) => {
        const invocation = ++lastInvocation;
        tell({ kind: 'invoke', invocation, channel, args });
        invocations.set(invocation, { resolve, reject });
      });
    },
  };

  function emit(channel: string, args: unknown[], received: MessagePort[]): void {
    const event = { sender: ipcRenderer, senderId: 0, ports: received };
    for (const one of listeners.get(channel) ?? []) {
      if (one.once) remove(channel, one.listener);
      one.listener(event, ...args);
    }
  }

  world[settings.receiver] = (text: string): void => {
    const message = codec.decode(text) as MainMessage;
    if (message.kind === 'emit') emit(message.channel, message.args, message.ports.map(openPort));
    else if (message.kind === 'port') ports.get(message.id)?.postMessage(message.message);
    else if (message.kind === 'port-close') {
      const port = ports.get(message.id);
      ports.delete(message.id);
      port?.close();
    } else {
      const invocation = invocations.get(message.invocation);
      invocations.delete(message.invocation);
      if (message.ok) invocation?.resolve(message.value);
      else invocation?.reject(new Error(message.error));
    }
  };

  // The page's origin has another name here; only a preload names it as a target.
  const { postMessage } = window;
  const translate = (origin: string): string => (settings.scheme ? origin.replace(new RegExp(`^${settings.scheme}://(.*)$`), 'http://$1.localhost') : origin);
  window.postMessage = ((message: unknown, target?: string | WindowPostMessageOptions, transfer?: Transferable[]) =>
    typeof target === 'string'
      ? postMessage.call(window, message, { targetOrigin: translate(target), ...(transfer && { transfer }) })
      : postMessage.call(window, message, target && { ...target, ...(target.targetOrigin && { targetOrigin: translate(target.targetOrigin) }) })) as typeof window.postMessage;

  window.addEventListener('contextmenu', (event) => {
    if (event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const caret = document.caretPositionFromPoint(event.clientX, event.clientY);
    const text = caret?.offsetNode.nodeType === Node.TEXT_NODE ? (caret.offsetNode.nodeValue ?? '') : '';
    const before = /[\p{L}\p{M}'’]*$/u.exec(text.slice(0, caret?.offset ?? 0))![0];
    const after = /^[\p{L}\p{M}'’]*/u.exec(text.slice(caret?.offset ?? 0))![0];
    const isEditable = target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
    tell({
      kind: 'context-menu',
      x: event.clientX,
      y: event.clientY,
      isEditable,
      word: before + after,
      selectionText: String(getSelection() ?? ''),
      linkUrl: target.closest('a')?.href ?? '',
    });
    world['selectWordForReplacing'] = () => {
      if (!caret || !before + after) return;
      const start = caret.offset - before.length;
      getSelection()?.setBaseAndExtent(caret.offsetNode, start, caret.offsetNode, start + before.length + after.length);
    };
  });

  const absent = (name: string, object: object): object =>
    new Proxy(object, {
      get(target, key): unknown {
        if (typeof key === 'symbol' || key in target || key === 'then') return Reflect.get(target, key);
        throw new Error(`The stand-in has no ${name}.${key}`);
      },
    });
  const electron = absent('electron', {
    ipcRenderer: absent('ipcRenderer', ipcRenderer),
    contextBridge: absent('contextBridge', { exposeInMainWorld: (key: string, api: unknown) => end.expose(key, api) }),
    webFrame: absent('webFrame', {}),
    webUtils: absent('webUtils', {}),
  });
  const require = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`); // a sandboxed preload has no other that is used here
  };
  const module = { exports: {} };
  try {
    preload(require, { platform: settings.platform, versions: settings.versions, type: 'renderer', sandboxed: true, contextIsolated: true, env: {} }, module.exports, module);
  } catch (error) {
    tell({ kind: 'preload-error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}

/** What main tells the preload's world. */
export type MainMessage =
  | { kind: 'emit'; channel: string; args: unknown[]; ports: string[] }
  | { kind: 'answer'; invocation: number; ok: true; value: unknown }
  | { kind: 'answer'; invocation: number; ok: false; error: string }
  | { kind: 'port'; id: string; message: unknown }
  | { kind: 'port-close'; id: string };

/** The script for the page's own world. */
export function writePageScript(handshake: string): string {
  return `(${installPageWorld.toString()})(${createBridgeEnd.toString()}, ${watchPort.toString()}, ${JSON.stringify(handshake)});`;
}

/** The script for the preload's world; the preload is part of it, since the page's policy forbids eval. */
export function writePreloadScript(settings: PreloadSettings, preload: string): string {
  return `(${installPreloadWorld.toString()})(${createBridgeEnd.toString()}, ${watchPort.toString()}, ${createCloneCodec.toString()}, ${JSON.stringify(settings)}, function (require, process, exports, module) {\n${preload}\n});`;
}
