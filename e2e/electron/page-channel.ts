/** The way between main and a page's preload: text over the DevTools protocol, into and out of the isolated world alone. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MessagePortMain } from 'electron';
import { appOrigin } from './app-origin.ts';
import type { CdpSession } from './cdp.ts';
import { cloneCodec } from './clone-codec.ts';
import { RemotePorts } from './message-ports.ts';
import { writePageScript, writePreloadScript, type MainMessage } from './page-worlds.ts';

export interface ContextMenuMessage {
  kind: 'context-menu';
  x: number;
  y: number;
  isEditable: boolean;
  word: string;
  selectionText: string;
  linkUrl: string;
}

/** What a preload's world tells main; each comes with its document's URL besides. */
export type PageMessage =
  | { kind: 'send'; channel: string; args: unknown[]; ports: string[] }
  | { kind: 'invoke'; invocation: number; channel: string; args: unknown[] }
  | { kind: 'port'; id: string; message: unknown }
  | { kind: 'port-close'; id: string }
  | { kind: 'preload-error'; message: string }
  | ContextMenuMessage;

export interface PageListener {
  onSend(message: { channel: string; args: unknown[]; ports: MessagePortMain[] }): void;
  /** @returns what the page's promise becomes */
  onInvoke(message: { channel: string; args: unknown[] }): Promise<unknown>;
  onContextMenu(message: ContextMenuMessage): void;
  onPreloadError(error: Error): void;
  /** The URL of the document that speaks, as main knows it. */
  onUrl(url: string): void;
}

const WORLD = 'Electron Isolated Context';

export class PageChannel {
  readonly #session: CdpSession;
  readonly #listener: PageListener;
  readonly #binding = `carry${randomUUID().replaceAll('-', '')}`;
  readonly #receiver = `receive${randomUUID().replaceAll('-', '')}`;
  readonly #ports: RemotePorts;
  /** The preload's world in the document that is there now. */
  #context: number | null = null;

  constructor(session: CdpSession, listener: PageListener) {
    this.#session = session;
    this.#listener = listener;
    this.#ports = new RemotePorts({
      sendToPort: (id, message) => this.#tell({ kind: 'port', id, message }),
      closePort: (id) => this.#tell({ kind: 'port-close', id }),
    });
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const frame = context.auxData as { frameId: string } | undefined;
      if (context.name === WORLD && frame?.frameId === this.#mainFrame) this.#enter(context.id);
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#context) this.leave();
    });
    session.on('Runtime.executionContextsCleared', () => this.leave());
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === this.#binding && executionContextId === this.#context) this.#hear(payload);
    });
  }

  #mainFrame = '';

  /** Before the first document. @param preload the preload's file; undefined: there is none */
  async install(preload: string | undefined): Promise<void> {
    const { frameTree } = await this.#session.send('Page.getFrameTree');
    this.#mainFrame = frameTree.frame.id;
    await this.#session.send('Runtime.enable');
    if (preload === undefined) return;
    const handshake = `meet-${randomUUID()}`;
    const settings = { handshake, binding: this.#binding, receiver: this.#receiver, versions: readVersions(), platform: process.platform, scheme: appOrigin.scheme };
    await this.#session.send('Runtime.addBinding', { name: this.#binding, executionContextName: WORLD });
    await this.#session.send('Page.addScriptToEvaluateOnNewDocument', { source: writePageScript(handshake) });
    await this.#session.send('Page.addScriptToEvaluateOnNewDocument', { source: writePreloadScript(settings, readFileSync(preload, 'utf8')), worldName: WORLD });
  }

  /** Sends to the document that is there; with none, nothing hears it. @throws Error where an argument has no clone */
  emit(channel: string, args: unknown[], ports: readonly object[] = []): void {
    const { ids, release } = this.#ports.handOver(ports);
    this.#tell({ kind: 'emit', channel, args, ports: ids });
    release();
  }

  /** Selects the word that the last context menu was opened on. */
  async selectWord(): Promise<void> {
    if (this.#context !== null) await this.#session.send('Runtime.evaluate', { expression: 'selectWordForReplacing()', contextId: this.#context });
  }

  /** The document is gone. */
  leave(): void {
    this.#context = null;
    this.#ports.closeAll();
  }

  #enter(context: number): void {
    if (this.#context !== null) this.leave();
    this.#context = context;
  }

  #tell(message: MainMessage): void {
    const text = cloneCodec.encode(message);
    if (this.#context === null) return;
    const sent = this.#session.send('Runtime.callFunctionOn', {
      functionDeclaration: `function (text) { ${this.#receiver}(text); }`,
      arguments: [{ value: text }],
      executionContextId: this.#context,
    });
    // The document can go while a message is on its way; what throws in a listener is the page's own error.
    sent.then(
      ({ exceptionDetails }) => exceptionDetails && process.stderr.write(`In the preload: ${exceptionDetails.exception?.description ?? exceptionDetails.text}\n`),
      () => undefined,
    );
  }

  #hear(payload: string): void {
    const message = cloneCodec.decode(payload) as PageMessage & { url: string };
    this.#listener.onUrl(appOrigin.toApp(message.url));
    if (message.kind === 'send') this.#listener.onSend({ channel: message.channel, args: message.args, ports: this.#ports.receive(message.ports) });
    else if (message.kind === 'invoke') void this.#answer(message);
    else if (message.kind === 'port') this.#ports.deliver(message.id, message.message);
    else if (message.kind === 'port-close') this.#ports.close(message.id);
    else if (message.kind === 'preload-error') this.#listener.onPreloadError(new Error(message.message));
    else this.#listener.onContextMenu(message);
  }

  async #answer({ invocation, channel, args }: { invocation: number; channel: string; args: unknown[] }): Promise<void> {
    const asked = this.#context;
    const tell = (message: MainMessage): void => {
      if (this.#context === asked) this.#tell(message);
    };
    try {
      const value = await this.#listener.onInvoke({ channel, args });
      tell({ kind: 'answer', invocation, ok: true, value });
    } catch (error) {
      tell({ kind: 'answer', invocation, ok: false, error: `Error invoking remote method '${channel}': ${String(error)}` });
    }
  }
}

function readVersions(): Record<string, string> {
  return { electron: process.versions['electron'] ?? '', node: process.versions.node };
}
