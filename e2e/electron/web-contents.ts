/** A page of Chromium as Electron's main process has it. */
import { EventEmitter } from 'node:events';
import type { ContextMenuParams, IpcMainEvent, IpcMainInvokeEvent, MessagePortMain, WebContents, WebFrameMain, WebPreferences } from 'electron';
import { appOrigin } from './app-origin.ts';
import type { CdpSession } from './cdp.ts';
import { app } from './app.ts';
import { ipcMain, IpcMainStandIn } from './ipc-main.ts';
import { guardRequests, type NavigationWatch } from './navigation.ts';
import { watchNewWindows } from './new-windows.ts';
import { PageChannel, type ContextMenuMessage } from './page-channel.ts';
import { recordings } from './recordings.ts';
import { requireChromium } from './runtime.ts';
import { grantPermissions, session } from './session.ts';
import { createEvent, emit, emitPreventable, standIn, throwOnMissing } from './stand-in.ts';

type Implemented =
  | 'id' | 'session' | 'ipc' | 'mainFrame' | 'send' | 'postMessage' | 'loadURL' | 'reload' | 'getURL' | 'getTitle' | 'isDestroyed' | 'isCrashed' | 'isLoading' | 'close'
  | 'executeJavaScript' | 'setWindowOpenHandler' | 'print' | 'printToPDF' | 'replaceMisspelling' | 'openDevTools' | 'closeDevTools' | 'isDevToolsOpened' | 'toggleDevTools'
  | 'focus' | 'isFocused' | 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'pasteAndMatchStyle' | 'delete' | 'selectAll' | 'forcefullyCrashRenderer' | 'getOSProcessId' | 'getType'
  | 'insertText' | 'setZoomFactor' | 'getZoomFactor' | 'setZoomLevel' | 'getZoomLevel' | 'setVisualZoomLevelLimits' | 'setBackgroundThrottling' | 'setIgnoreMenuShortcuts'
  | 'setWebRTCIPHandlingPolicy' | 'setUserAgent' | 'getUserAgent' | 'stop';

const all = new Map<number, WebContentsStandIn>();
let lastId = 0;

export class WebContentsStandIn extends EventEmitter implements Pick<WebContents, Implemented> {
  readonly id = ++lastId;
  readonly session = session.defaultSession;
  readonly ipc = new IpcMainStandIn() as unknown as WebContents['ipc'];
  readonly mainFrame: WebFrameMain;
  readonly #preferences: WebPreferences;
  /** The page, when it is there. */
  readonly #page: Promise<CdpSession>;
  #channel: PageChannel | null = null;
  #target: string | null = null;
  #url = '';
  #title = '';
  #isDestroyed = false;
  #isCrashed = false;
  #isLoading = false;
  #hasDevTools = false;
  #zoomFactor = 1;
  #openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'deny' });
  readonly #navigation: NavigationWatch = { isOwn: false, requestedByPage: new Set() };

  constructor(preferences: WebPreferences, size: { width: number; height: number }) {
    super();
    this.#preferences = preferences;
    this.mainFrame = this.#createFrame();
    all.set(this.id, this);
    this.#page = this.#open(size);
    // Who uses the page hears of it; with nobody there, it is an error of its own.
    this.#page.catch((error: unknown) => this.#isDestroyed || process.stderr.write(`${String(error)}\n`));
    emit(app, 'web-contents-created', createEvent(), this);
  }

  // --- the page

  async #open(size: { width: number; height: number }): Promise<CdpSession> {
    const { connection, createPage } = requireChromium('A page was made');
    const targetId = await createPage(size);
    this.#target = targetId;
    const page = await connection.attach(targetId);
    this.#channel = new PageChannel(page, {
      onSend: (message) => this.#hear(message),
      onInvoke: ({ channel, args }) => this.#invoke(channel, args),
      onContextMenu: (message) => this.#openContextMenu(message),
      onPreloadError: (error) => {
        process.stderr.write(`${error.message}\n`);
        emit(this, 'preload-error', createEvent(), this.#preferences.preload ?? '', error);
      },
      onUrl: (url) => (this.#url = url),
    });
    await page.send('Page.enable');
    await page.send('Inspector.enable');
    await this.#channel.install(this.#preferences.preload);
    await page.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await this.#resizeOn(page, size);
    await guardRequests(page, this, this.#navigation);
    await grantPermissions(this as unknown as WebContents);
    this.#watch(page);
    return page;
  }

  #watch(page: CdpSession): void {
    page.events.once('detached', () => this.#die());
    page.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return;
      this.#url = appOrigin.toApp(frame.url);
      emit(this, 'did-navigate', createEvent(), this.#url, 200, 'OK');
    });
    page.on('Page.navigatedWithinDocument', ({ url }) => {
      this.#url = appOrigin.toApp(url);
      emit(this, 'did-navigate-in-page', createEvent(), this.#url, true, 0, 0);
    });
    page.on('Page.domContentEventFired', () => emit(this, 'dom-ready', createEvent()));
    page.on('Page.loadEventFired', () => {
      this.#isLoading = false;
      emit(this, 'did-finish-load', createEvent());
      emit(this, 'did-stop-loading', createEvent());
    });
    page.on('Inspector.targetCrashed', () => {
      this.#isCrashed = true;
      this.#channel?.leave();
      emit(this, 'render-process-gone', createEvent(), { reason: 'killed', exitCode: 9 });
    });
    watchNewWindows(page, (details) => this.#openHandler(details));
    page.on('Page.javascriptDialogOpening', ({ type }) => {
      // A page that would stay is asked about; its other dialogs are closed unseen.
      const leaves = type === 'beforeunload' && emitPreventable(this, 'will-prevent-unload');
      page.send('Page.handleJavaScriptDialog', { accept: leaves }).catch(() => undefined); // the test's own client may have been first
    });
    const { browser } = requireChromium('A page was made').connection;
    browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      if (targetInfo.targetId !== this.#target || targetInfo.title === this.#title) return;
      this.#title = targetInfo.title;
      emit(this, 'page-title-updated', createEvent(), this.#title, true);
    });
  }

  #die(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#channel?.leave();
    all.delete(this.id);
    emit(this, 'destroyed');
  }

  /** Runs something on the page as soon as it is there, and not at all once it is gone. */
  #withPage(run: (page: CdpSession) => Promise<unknown>): void {
    this.#page.then(run).catch((error: unknown) => this.#isDestroyed || process.stderr.write(`webContents: ${String(error)}\n`));
  }

  // --- messages

  #createFrame(): WebFrameMain {
    const readUrl = (): string => this.#url;
    const readOrigin = (): string => /^[a-z]+:\/\/[^/]*/.exec(this.#url)?.[0] ?? 'null';
    const frame: WebFrameMain = standIn<WebFrameMain>('WebFrameMain', {
      get url() {
        return readUrl();
      },
      get origin() {
        return readOrigin();
      },
      get top() {
        return frame;
      },
      parent: null,
      frames: [],
      framesInSubtree: [],
      name: '',
      routingId: 1,
      processId: this.id,
      frameTreeNodeId: this.id,
      detached: false,
      isDestroyed: () => this.#isDestroyed,
      send: (channel, ...args) => this.send(channel, ...args),
      postMessage: (channel, message, transfer) => this.postMessage(channel, message, transfer),
      executeJavaScript: (code) => this.executeJavaScript(code),
    });
    return frame;
  }

  #describeSender(): Pick<IpcMainEvent, 'sender' | 'senderFrame' | 'frameId' | 'processId' | 'type'> {
    return { sender: this as unknown as WebContents, senderFrame: this.mainFrame, frameId: 1, processId: this.id, type: 'frame' };
  }

  #hear({ channel, args, ports }: { channel: string; args: unknown[]; ports: MessagePortMain[] }): void {
    const event = createEvent({ ...this.#describeSender(), ports, reply: (name: string, ...values: unknown[]) => this.send(name, ...values) });
    emit(this.ipc, channel, event, ...args);
    emit(ipcMain, channel, event, ...args);
  }

  async #invoke(channel: string, args: unknown[]): Promise<unknown> {
    const handler = (this.ipc as unknown as IpcMainStandIn).findHandler(channel) ?? ipcMain.findHandler(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler(createEvent(this.#describeSender()) as unknown as IpcMainInvokeEvent, ...args);
  }

  send(channel: string, ...args: unknown[]): void {
    this.#channel?.emit(channel, args);
  }

  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    this.#channel?.emit(channel, [message], transfer);
  }

  // --- where it is

  async loadURL(url: string): Promise<void> {
    const page = await this.#page;
    this.#navigation.isOwn = true;
    this.#isLoading = true;
    this.#isCrashed = false;
    emit(this, 'did-start-loading', createEvent());
    const finished = new Promise<void>((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await page.send('Page.navigate', { url: appOrigin.toChromium(url) });
    this.#navigation.isOwn = false;
    if (!errorText) return finished;
    const code = errorText.replace('net::', '');
    emit(this, 'did-fail-load', createEvent(), -1, code, url, true, 1, 1);
    throw new Error(`${code} (-1) loading '${url}'`);
  }

  reload(): void {
    this.#isCrashed = false;
    this.#withPage(async (page) => {
      this.#navigation.isOwn = true;
      await page.send('Page.reload');
      this.once('did-navigate', () => (this.#navigation.isOwn = false));
    });
  }

  stop(): void {
    this.#withPage((page) => page.send('Page.stopLoading'));
  }

  getURL(): string {
    return this.#url;
  }

  getTitle(): string {
    return this.#title;
  }

  getType(): 'window' {
    return 'window';
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  isCrashed(): boolean {
    return this.#isCrashed;
  }

  isLoading(): boolean {
    return this.#isLoading;
  }

  /** Closes the page after its beforeunload, which can keep it. */
  close(): void {
    this.#withPage((page) => page.send('Page.close'));
  }

  /** Ends the page whatever it says. */
  async destroyPage(): Promise<void> {
    const { connection } = requireChromium('A page was ended');
    if (this.#target === null) await this.#page;
    this.#die();
    await connection.browser.send('Target.closeTarget', { targetId: this.#target! });
  }

  resize(size: { width: number; height: number }): void {
    this.#withPage((page) => this.#resizeOn(page, size));
  }

  async #resizeOn(page: CdpSession, { width, height }: { width: number; height: number }): Promise<void> {
    await page.send('Emulation.setDeviceMetricsOverride', { width: Math.round(width), height: Math.round(height), deviceScaleFactor: 1, mobile: false });
  }

  // --- what is done in it

  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    const page = await this.#page;
    const { result, exceptionDetails } = await page.send('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true, userGesture });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as unknown;
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.#openHandler = handler;
  }

  print(_options: Electron.WebContentsPrintOptions = {}, callback?: (success: boolean, failureReason: string) => void): void {
    // No printer: the system's dialog is answered with a print that went well.
    setImmediate(() => callback?.(true, ''));
  }

  async printToPDF(options: Electron.PrintToPDFOptions): Promise<Buffer> {
    const page = await this.#page;
    const { data } = await page.send('Page.printToPDF', { printBackground: options.printBackground ?? false, preferCSSPageSize: options.preferCSSPageSize ?? false });
    return Buffer.from(data, 'base64');
  }

  #openContextMenu({ x, y, word, isEditable, selectionText, linkUrl }: ContextMenuMessage): void {
    const dictionarySuggestions = isEditable ? recordings.misspellings.get(word) : undefined;
    const params: Partial<ContextMenuParams> = {
      x, y, isEditable, selectionText,
      linkURL: appOrigin.toApp(linkUrl),
      misspelledWord: dictionarySuggestions ? word : '',
      dictionarySuggestions: dictionarySuggestions ?? [],
      pageURL: this.#url,
      frameURL: this.#url,
      frame: this.mainFrame,
      mediaType: 'none',
      spellcheckEnabled: this.#preferences.spellcheck ?? true,
      editFlags: { canUndo: isEditable, canRedo: isEditable, canCut: isEditable && selectionText !== '', canCopy: selectionText !== '', canPaste: isEditable, canDelete: isEditable, canSelectAll: true, canEditRichly: false },
    };
    emit(this, 'context-menu', createEvent(), params);
  }

  replaceMisspelling(text: string): void {
    this.#withPage(async (page) => {
      await this.#channel?.selectWord();
      await page.send('Input.insertText', { text });
    });
  }

  async insertText(text: string): Promise<void> {
    const page = await this.#page;
    await page.send('Input.insertText', { text });
  }

  #command(name: string): void {
    this.#withPage((page) => page.send('Runtime.evaluate', { expression: `document.execCommand(${JSON.stringify(name)})`, userGesture: true }));
  }

  undo = (): void => this.#command('undo');
  redo = (): void => this.#command('redo');
  cut = (): void => this.#command('cut');
  copy = (): void => this.#command('copy');
  paste = (): void => this.#command('paste');
  pasteAndMatchStyle = (): void => this.#command('paste');
  delete = (): void => this.#command('delete');
  selectAll = (): void => this.#command('selectAll');

  focus(): void {
    this.#withPage((page) => page.send('Page.bringToFront'));
  }

  isFocused(): boolean {
    return !this.#isDestroyed;
  }

  openDevTools(): void {
    this.#hasDevTools = true;
  }

  closeDevTools(): void {
    this.#hasDevTools = false;
  }

  toggleDevTools(): void {
    if (this.#hasDevTools) this.closeDevTools();
    else this.openDevTools();
  }

  isDevToolsOpened(): boolean {
    return this.#hasDevTools;
  }

  /** Chromium's renderer has no number that Electron would say here; 0 is its answer for a page without a process. */
  getOSProcessId(): number {
    return 0;
  }

  forcefullyCrashRenderer(): void {
    // The command itself never answers: its page is gone.
    this.#withPage((page) => page.send('Page.crash').catch(() => undefined));
  }

  setZoomFactor(factor: number): void {
    this.#zoomFactor = factor;
  }

  getZoomFactor(): number {
    return this.#zoomFactor;
  }

  setZoomLevel(level: number): void {
    this.#zoomFactor = 1.2 ** level;
  }

  getZoomLevel(): number {
    return Math.log(this.#zoomFactor) / Math.log(1.2);
  }

  getUserAgent(): string {
    return this.session.getUserAgent();
  }

  // Settings of the real window with nothing behind them here.
  setUserAgent(): void {}
  async setVisualZoomLevelLimits(): Promise<void> {}
  setBackgroundThrottling(): void {}
  setIgnoreMenuShortcuts(): void {}
  setWebRTCIPHandlingPolicy(): void {}

  static getAll(): WebContentsStandIn[] {
    return [...all.values()];
  }
}
Object.setPrototypeOf(WebContentsStandIn.prototype, throwOnMissing('webContents', EventEmitter.prototype));
