import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { BrowserWindow as ElectronWindow, BrowserWindowConstructorOptions, Menu, Rectangle, WebContents } from 'electron';
import { afterWindowClosed, app, cancelQuit, setOpenWindows } from './app.ts';
import { requireChromium } from './runtime.ts';
import { screen } from './screen.ts';
import { createEvent, emit, emitPreventable, throwOnMissing } from './stand-in.ts';
import { WebContentsStandIn } from './web-contents.ts';

type Implemented =
  | 'id' | 'webContents' | 'loadURL' | 'loadFile' | 'reload' | 'show' | 'showInactive' | 'hide' | 'isVisible' | 'focus' | 'blur' | 'isFocused' | 'close' | 'destroy' | 'isDestroyed'
  | 'getBounds' | 'setBounds' | 'getContentBounds' | 'getNormalBounds' | 'getSize' | 'setSize' | 'getContentSize' | 'getPosition' | 'setPosition' | 'center' | 'maximize' | 'unmaximize' | 'isMaximized'
  | 'minimize' | 'restore' | 'isMinimized' | 'setFullScreen' | 'isFullScreen' | 'setSimpleFullScreen' | 'isSimpleFullScreen' | 'isNormal' | 'setTitle' | 'getTitle' | 'setMenu' | 'removeMenu' | 'setMenuBarVisibility'
  | 'isMenuBarVisible' | 'setAutoHideMenuBar' | 'isMenuBarAutoHide' | 'setBackgroundColor' | 'getBackgroundColor' | 'setDocumentEdited' | 'isDocumentEdited' | 'setRepresentedFilename'
  | 'setMinimumSize' | 'getMinimumSize' | 'flashFrame' | 'setProgressBar' | 'moveTop' | 'setAlwaysOnTop' | 'isAlwaysOnTop' | 'isEnabled' | 'setIcon' | 'setWindowButtonVisibility';

const all = new Map<number, BrowserWindowStandIn>();
let lastId = 0;
let focused: BrowserWindowStandIn | null = null;

const focusOn = (window: BrowserWindowStandIn): void => void (focused = window);

const DEFAULT_SIZE = { width: 800, height: 600 };

/** A window with nothing drawn around its page: its bounds, flags and events, and the page in it. */
export class BrowserWindowStandIn extends EventEmitter implements Pick<ElectronWindow, Implemented> {
  readonly id = ++lastId;
  readonly webContents: WebContents;
  readonly #contents: WebContentsStandIn;
  #normal: Rectangle;
  #state: 'normal' | 'maximized' | 'minimized' = 'normal';
  #flags = { visible: true, fullScreen: false, destroyed: false, edited: false, menuBar: true, autoHideMenuBar: false, onTop: false };
  #title: string;
  #background: string;
  #smallest: [number, number];

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    requireChromium('Cannot create BrowserWindow');
    const { width = DEFAULT_SIZE.width, height = DEFAULT_SIZE.height } = options;
    const { workArea } = screen.getPrimaryDisplay();
    this.#normal = { width, height, x: options.x ?? workArea.x + Math.round((workArea.width - width) / 2), y: options.y ?? workArea.y + Math.round((workArea.height - height) / 2) };
    this.#title = options.title ?? app.getName();
    this.#background = options.backgroundColor ?? '#FFFFFF';
    this.#smallest = [options.minWidth ?? 0, options.minHeight ?? 0];
    this.#flags.visible = options.show ?? true;
    this.#flags.fullScreen = options.fullscreen ?? false;
    this.#flags.autoHideMenuBar = options.autoHideMenuBar ?? false;
    this.#contents = new WebContentsStandIn(options.webPreferences ?? {}, this.getContentBounds());
    this.webContents = this.#contents as unknown as WebContents;
    all.set(this.id, this);
    this.#contents.once('destroyed', () => this.#finish());
    // A window that is shown already is not told.
    this.#contents.once('dom-ready', () => this.#flags.visible || emit(this, 'ready-to-show'));
    this.#contents.on('page-title-updated', (_event: unknown, title: string) => {
      if (!emitPreventable(this, 'page-title-updated', {}, title, true)) this.#title = title;
    });
    if (this.#flags.visible) this.focus();
    emit(app, 'browser-window-created', createEvent(), this);
  }

  loadURL(url: string): Promise<void> {
    return this.#contents.loadURL(url);
  }

  loadFile(path: string): Promise<void> {
    return this.#contents.loadURL(pathToFileURL(path).href);
  }

  reload(): void {
    this.#contents.reload();
  }

  // --- its end

  close(): void {
    if (this.#flags.destroyed) return;
    if (emitPreventable(this, 'close')) cancelQuit();
    else this.#contents.close();
  }

  destroy(): void {
    if (this.#flags.destroyed) return;
    this.#contents.destroyPage().catch((error: unknown) => process.stderr.write(`BrowserWindow.destroy: ${String(error)}\n`));
    this.#finish();
  }

  #finish(): void {
    if (this.#flags.destroyed) return;
    this.#flags.destroyed = true;
    all.delete(this.id);
    if (focused === this) focused = null;
    emit(this, 'closed', createEvent());
    afterWindowClosed();
  }

  isDestroyed(): boolean {
    return this.#flags.destroyed;
  }

  // --- seen and focused

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.#flags.visible) return;
    this.#flags.visible = true;
    emit(this, 'show', createEvent());
  }

  hide(): void {
    if (!this.#flags.visible) return;
    this.#flags.visible = false;
    this.blur();
    emit(this, 'hide', createEvent());
  }

  isVisible(): boolean {
    return this.#flags.visible && this.#state !== 'minimized';
  }

  focus(): void {
    if (focused === this || !this.#flags.visible) return;
    focused?.blur();
    focusOn(this);
    this.#contents.focus();
    emit(this, 'focus', createEvent());
    emit(app, 'browser-window-focus', createEvent(), this);
  }

  blur(): void {
    if (focused !== this) return;
    focused = null;
    emit(this, 'blur', createEvent());
    emit(app, 'browser-window-blur', createEvent(), this);
  }

  isFocused(): boolean {
    return focused === this;
  }

  // --- its place

  getBounds(): Rectangle {
    if (this.#flags.fullScreen) return { ...screen.getDisplayMatching(this.#normal).bounds };
    return this.#state === 'maximized' ? { ...screen.getDisplayMatching(this.#normal).workArea } : { ...this.#normal };
  }

  getContentBounds(): Rectangle {
    return this.getBounds();
  }

  getNormalBounds(): Rectangle {
    return { ...this.#normal };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.#normal;
    this.#normal = { ...before, ...bounds };
    this.#normal.width = Math.max(this.#normal.width, this.#smallest[0]);
    this.#normal.height = Math.max(this.#normal.height, this.#smallest[1]);
    if (before.width !== this.#normal.width || before.height !== this.#normal.height) this.#resized();
    if (before.x !== this.#normal.x || before.y !== this.#normal.y) {
      emit(this, 'move', createEvent());
      emit(this, 'moved', createEvent());
    }
  }

  #resized(): void {
    this.#contents.resize(this.getContentBounds());
    emit(this, 'resize', createEvent());
    emit(this, 'resized', createEvent());
  }

  getSize(): number[] {
    const { width, height } = this.getBounds();
    return [width, height];
  }

  getContentSize(): number[] {
    return this.getSize();
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  getPosition(): number[] {
    const { x, y } = this.getBounds();
    return [x, y];
  }

  setPosition(x: number, y: number): void {
    this.setBounds({ x, y });
  }

  center(): void {
    const { workArea } = screen.getDisplayMatching(this.#normal);
    this.setPosition(workArea.x + Math.round((workArea.width - this.#normal.width) / 2), workArea.y + Math.round((workArea.height - this.#normal.height) / 2));
  }

  setMinimumSize(width: number, height: number): void {
    this.#smallest = [width, height];
  }

  getMinimumSize(): number[] {
    return [...this.#smallest];
  }

  #change(state: 'normal' | 'maximized' | 'minimized', event: string): void {
    if (this.#state === state) return;
    this.#state = state;
    emit(this, event, createEvent());
    if (state !== 'minimized') this.#resized();
  }

  maximize(): void {
    this.showInactive();
    this.#change('maximized', 'maximize');
  }

  unmaximize(): void {
    if (this.#state === 'maximized') this.#change('normal', 'unmaximize');
  }

  isMaximized(): boolean {
    return this.#state === 'maximized' && !this.#flags.fullScreen;
  }

  minimize(): void {
    this.#change('minimized', 'minimize');
  }

  restore(): void {
    this.#change('normal', 'restore');
  }

  isMinimized(): boolean {
    return this.#state === 'minimized';
  }

  isNormal(): boolean {
    return this.#state === 'normal' && !this.#flags.fullScreen;
  }

  setFullScreen(flag: boolean): void {
    if (this.#flags.fullScreen === flag) return;
    if (flag) this.showInactive();
    this.#flags.fullScreen = flag;
    this.#resized();
    // A window manager takes its time: who asks at once hears of it later, as in Electron.
    setImmediate(() => this.#flags.destroyed || emit(this, flag ? 'enter-full-screen' : 'leave-full-screen', createEvent()));
  }

  isFullScreen(): boolean {
    return this.#flags.fullScreen;
  }

  setSimpleFullScreen(flag: boolean): void {
    this.setFullScreen(flag);
  }

  isSimpleFullScreen(): boolean {
    return this.#flags.fullScreen;
  }

  // --- what is drawn around it

  setTitle(title: string): void {
    this.#title = title;
  }

  getTitle(): string {
    return this.#title;
  }

  setBackgroundColor(color: string): void {
    this.#background = color;
  }

  getBackgroundColor(): string {
    return this.#background;
  }

  setDocumentEdited(edited: boolean): void {
    this.#flags.edited = edited;
  }

  isDocumentEdited(): boolean {
    return this.#flags.edited;
  }

  setMenuBarVisibility(visible: boolean): void {
    this.#flags.menuBar = visible;
  }

  isMenuBarVisible(): boolean {
    return this.#flags.menuBar;
  }

  setAutoHideMenuBar(hide: boolean): void {
    this.#flags.autoHideMenuBar = hide;
  }

  isMenuBarAutoHide(): boolean {
    return this.#flags.autoHideMenuBar;
  }

  setAlwaysOnTop(flag: boolean): void {
    this.#flags.onTop = flag;
  }

  isAlwaysOnTop(): boolean {
    return this.#flags.onTop;
  }

  isEnabled(): boolean {
    return true;
  }

  // What is drawn by a desktop that is not here.
  setMenu(_menu: Menu | null): void {}
  removeMenu(): void {}
  setRepresentedFilename(): void {}
  flashFrame(): void {}
  setProgressBar(): void {}
  moveTop(): void {}
  setIcon(): void {}
  setWindowButtonVisibility(): void {}

  static getAllWindows(): BrowserWindowStandIn[] {
    return [...all.values()];
  }

  static getFocusedWindow(): BrowserWindowStandIn | null {
    return focused;
  }

  static fromId(id: number): BrowserWindowStandIn | null {
    return all.get(id) ?? null;
  }

  static fromWebContents(contents: WebContents): BrowserWindowStandIn | null {
    return [...all.values()].find((window) => window.webContents === contents) ?? null;
  }
}
Object.setPrototypeOf(BrowserWindowStandIn.prototype, throwOnMissing('BrowserWindow', EventEmitter.prototype));

setOpenWindows(() => BrowserWindowStandIn.getAllWindows());
