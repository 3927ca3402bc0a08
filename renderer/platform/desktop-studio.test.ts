/** The app in a desktop window, its session in the program, and a real server: all but Electron itself. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '#app/create-app.ts';
import type { Platform } from '#app/ports.ts';
import type { BookSummary, RectoApp } from '#app/recto-app.ts';
import { createDexieStorage, createTestPlatform } from '#app/test-support/test-platform.ts';
import { bringLocalBooks } from '#app/use-cases/bring-local-books.ts';
import { createBook } from '#app/use-cases/create-book.ts';
import { signIn } from '#app/use-cases/sign-in.ts';
import { signOut } from '#app/use-cases/sign-out.ts';
import { signUp } from '#app/use-cases/sign-up.ts';
import { registerIpc, sendEvent, type Handlers } from '#main/ipc.ts';
import { createTestKeychain } from '#main/secrets/test-support/test-keychain.ts';
import { createSessionHandlers } from '#main/session/create-session-handlers.ts';
import { createEventSockets } from '#main/session/event-sockets.ts';
import { createSessionRig, type SessionRig } from '#main/session/test-support/session-rig.ts';
import type { IpcAnswer, IpcBridge, IpcCallName, IpcEvent } from '#schemas/ipc.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { createCaller, createListener } from './desktop-bridge.ts';
import { createDesktopStudio } from './desktop-studio.ts';

const PASSWORD = 'a long walk by the sea';
let server: TestServer;
let rig: SessionRig;
const apps: RectoApp[] = [];
/** Everything that came into the window. */
let heard: string[];

beforeEach(async () => {
  heard = [];
  server = await startTestServer({ workers: 'none' });
  rig = createSessionRig();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  rig.close();
  await server.close();
});

/** A window of the program that runs now; its page can be left, as by a reload. */
function openWindow() {
  const webContents = new EventEmitter();
  const window = { webContents, isDestroyed: () => false } as unknown as BrowserWindow;
  const page = { listeners: new Set<(event: IpcEvent) => void>() };
  Object.assign(webContents, {
    isDestroyed: () => false,
    send: (_channel: string, event: IpcEvent) => {
      heard.push(JSON.stringify(event));
      for (const listener of page.listeners) listener(structuredClone(event));
    },
  });
  let invoke: (event: unknown, name: string, input: unknown) => unknown = () => undefined;
  const handlers = createSessionHandlers(rig.session, createEventSockets(rig.session, WebSocket)) as Handlers;
  registerIpc(handlers, { ipcMain: { handle: (_channel, listener) => void (invoke = listener as typeof invoke) }, window: () => window, onDefect: (_call, thrown) => expect.fail(String(thrown)) });
  const senderFrame = { parent: null, url: 'app://recto/index.html' };
  const ask = async (name: string, input: unknown): Promise<unknown> => {
    const answer = structuredClone(await invoke({ sender: webContents, senderFrame }, name, structuredClone(input)));
    heard.push(JSON.stringify(answer));
    return answer;
  };
  const bridge = {
    calls: new Proxy({}, { get: (_target, name: IpcCallName) => (input: unknown) => ask(name, input) as Promise<IpcAnswer<IpcCallName>> }),
    onEvent: (listener: (event: IpcEvent) => void) => {
      page.listeners.add(listener);
      return () => page.listeners.delete(listener);
    },
  } as unknown as IpcBridge;
  const fetchHere: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    const answer = await rig.ask({ server: '', userId: '' }, String(input).replace(/^\/studio/, ''), { ...(init as RequestInit), headers });
    const text = await answer.text();
    heard.push(JSON.stringify([...answer.headers]), text);
    return new Response(answer.status === 204 ? null : text, answer);
  };
  return { bridge, window, fetch: fetchHere, reload: () => (page.listeners.clear(), webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })) };
}

function createDesktop(window = openWindow(), storage = createDexieStorage()): Platform {
  const on = createListener(window.bridge);
  return createTestPlatform({
    storage,
    network: { isOnline: () => true, onChange: (listener) => on('resumed', listener) },
    studio: createDesktopStudio({ call: createCaller(window.bridge), on, persistent: true, fetch: window.fetch }),
  });
}

async function start(platform: Platform): Promise<RectoApp> {
  const app = await createApp(platform);
  apps.push(app);
  return app;
}

async function end(app: RectoApp): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

const person = (more = {}) => ({ server: server.url, email: 'ann@example.org', password: PASSWORD, ...more });
const synced = (app: RectoApp) => firstValueFrom(app.syncStatus$.pipe(filter(({ state, pending }) => state === 'synced' && pending === 0)));
const titled = (app: RectoApp, title: string) => firstValueFrom(app.books$.pipe(filter((books: BookSummary[]) => books.some((book) => book.title === title))));
const session = (app: RectoApp) => firstValueFrom(app.session$);

describe('the account in a desktop window', () => {
  test('syncs both ways with a browser’s, live, and no token comes into the window', async () => {
    const desktop = await start(createDesktop());
    await createBook(desktop, { title: 'Before the account', author: 'Ann' });
    await signUp(desktop, person());
    expect(await bringLocalBooks(desktop)).toEqual({ books: 1 });
    await synced(desktop);
    const browser = await start(createTestPlatform());
    await signIn(browser, person());
    await titled(browser, 'Before the account');
    await createBook(browser, { title: 'From the browser', author: 'Ann' });
    await titled(desktop, 'From the browser');
    await synced(desktop);
    expect(heard.some((text) => text.includes('sync.changed'))).toBe(true);
    const { token } = await rig.session.authorize((await session(desktop))!);
    const { refreshToken } = JSON.parse((await rig.secrets.get('session'))!) as { refreshToken: string };
    for (const secret of [token, refreshToken, PASSWORD]) expect(heard.filter((text) => text.includes(secret))).toEqual([]);
    await signOut(desktop);
    expect([await session(desktop), await rig.secrets.get('session')]).toEqual([null, null]);
  });

  test('is there after the program was started again', async () => {
    const storage = createDexieStorage();
    const first = await start(createDesktop(openWindow(), storage));
    await signUp(first, person());
    await synced(first);
    await end(first);
    rig.restart();
    const again = await start(createDesktop(openWindow(), storage));
    await createBook(again, { title: 'The next day', author: 'Ann' });
    await synced(again);
    expect((await session(again))?.email).toBe('ann@example.org');
  });

  test('with no keychain is signed in to anew after a start, and what was written meanwhile goes out then', async () => {
    rig.close();
    rig = createSessionRig(createTestKeychain({ getSelectedStorageBackend: () => 'basic_text' }));
    const storage = createDexieStorage();
    const first = await start(createDesktop(openWindow(), storage));
    await signUp(first, person());
    await synced(first);
    await end(first);
    rig.restart();
    const again = await start(createDesktop(openWindow(), storage));
    await createBook(again, { title: 'Written unsigned', author: 'Ann' });
    const status = await firstValueFrom(again.syncStatus$.pipe(filter(({ pending }) => pending > 0)));
    expect(status).toMatchObject({ state: 'signed-out', message: expect.stringMatching(/^Sign in to sync/) });
    await signIn(again, person());
    await synced(again);
    await titled(again, 'Written unsigned');
  });

  test('goes on by itself when the computer wakes up', async () => {
    const window = openWindow();
    const desktop = await start(createDesktop(window));
    await signUp(desktop, person());
    await synced(desktop);
    rig.meet = () => Promise.reject(new TypeError('fetch failed'));
    await createBook(desktop, { title: 'Asleep', author: 'Ann' });
    await firstValueFrom(desktop.syncStatus$.pipe(filter(({ state }) => state === 'offline')));
    rig.meet = () => undefined;
    sendEvent(window.window, 'resumed', {});
    expect(await synced(desktop)).toMatchObject({ state: 'synced' });
  });
});

describe('what goes wrong at signing in', () => {
  test.each([
    ['a wrong password', { password: 'not this one' }, 'wrong_credentials', 'The email or the password is wrong. Nothing on this device has changed.'],
    ['nobody answers', { server: 'http://127.0.0.1:9' }, 'network', /can’t be reached/],
    ['no address', { server: 'not an address' }, 'malformed', /Write the server’s address/],
    ['the author says no to the server', { server: 'https://recto.example.org' }, 'cancelled', /not allowed to connect to recto\.example\.org/],
  ])('%s: the same sentence as in a browser, and nobody is signed in', async (_name, more, code, message) => {
    rig.says = false;
    const desktop = await start(createDesktop());
    await expect(signIn(desktop, person(more))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await session(desktop)).toBeNull();
  });

  test('the page is reloaded while the program signs in: nothing is left of it', async () => {
    const storage = createDexieStorage();
    const window = openWindow();
    const first = await start(createDesktop(window, storage));
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    rig.meet = () => opened;
    const entering = createCaller(window.bridge)('session.enter', { how: 'register', ...person() });
    await vi.waitFor(() => expect(rig.sent).toHaveLength(1));
    window.reload();
    await end(first);
    const starting = start(createDesktop(window, storage));
    gate.open();
    const again = await starting;
    const entered = await entering;
    expect(await session(again)).toBeNull();
    await vi.waitFor(async () => expect(await rig.secrets.get('session')).toBeNull());
    await expect(rig.session.authorize(entered)).rejects.toMatchObject({ code: 'unauthenticated' });
    await vi.waitFor(() => expect(rig.countOf('/auth/logout')).toBe(1));
    await signIn(again, person());
    await synced(again);
  });
});
