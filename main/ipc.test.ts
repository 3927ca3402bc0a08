import type { BrowserWindow, IpcMain } from 'electron';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { IPC_VALIDATORS } from '#schemas/generated/ipc-catalogue.ts';
import { IPC_CALL_CHANNEL, IPC_MAX_SIZE, type IpcAnswer, type IpcCallName } from '#schemas/ipc.ts';
import { registerIpc, sendEvent, type Handlers } from './ipc.ts';
import { measureMessage } from './ipc-size.ts';

type Listener = Parameters<IpcMain['handle']>[1];

const CALLS = Object.keys(IPC_VALIDATORS) as IpcCallName[];

/** A handler for each call that says what it got. */
function setUp(own: Partial<Handlers> = {}) {
  const got: { name: string; input: unknown }[] = [];
  const handlers = Object.fromEntries(CALLS.map((name) => [name, (input: unknown) => (got.push({ name, input }), null)]));
  let listener: Listener | null = null;
  const webContents = { send: vi.fn<() => void>(), isDestroyed: () => false };
  const window = { webContents, isDestroyed: () => false } as unknown as BrowserWindow;
  const frame = { parent: null, url: 'app://recto/index.html' };
  const defects: unknown[] = [];
  registerIpc({ ...handlers, ...own } as unknown as Handlers, {
    ipcMain: { handle: (channel, handle) => void (channel === IPC_CALL_CHANNEL && (listener = handle)) },
    window: () => window,
    onDefect: (call, thrown) => defects.push({ call, thrown }),
  });
  const call = (name: unknown, input?: unknown, event: object = { sender: webContents, senderFrame: frame }) => listener!(event as Parameters<Listener>[0], name, input) as Promise<IpcAnswer<IpcCallName>>;
  return { call, got, defects, webContents, window, frame };
}

const refusedAs = (code: string) => ({ ok: false, error: { code } });

describe('who may call', () => {
  test('our window’s own page', async () => {
    const { call, got } = setUp();
    expect(await call('app.start', {})).toEqual({ ok: true, value: null });
    expect(got).toEqual([{ name: 'app.start', input: {} }]);
  });

  test.each<[string, (own: ReturnType<typeof setUp>) => object]>([
    ['another page', ({ frame }) => ({ sender: {}, senderFrame: frame })],
    ['a frame in our page', ({ webContents, frame }) => ({ sender: webContents, senderFrame: { ...frame, parent: frame } })],
    ['our window on another origin', ({ webContents }) => ({ sender: webContents, senderFrame: { parent: null, url: 'https://example.org/' } })],
    ['an origin that only begins like ours', ({ webContents }) => ({ sender: webContents, senderFrame: { parent: null, url: 'app://recto.example.org/' } })],
    ['a name before our host', ({ webContents }) => ({ sender: webContents, senderFrame: { parent: null, url: 'app://recto@example.org/' } })],
    ['a page of no address', ({ webContents }) => ({ sender: webContents, senderFrame: { parent: null, url: '' } })],
    ['a frame that is gone', ({ webContents }) => ({ sender: webContents, senderFrame: null })],
  ])('not %s', async (_who, makeEvent) => {
    const own = setUp();
    for (const name of CALLS) expect(await own.call(name, {}, makeEvent(own))).toMatchObject(refusedAs('forbidden'));
    expect(own.got).toEqual([]);
  });
});

describe('what may be said', () => {
  test.each(['', 'app.stop', 'toString', '__proto__', 'constructor', 7, null, undefined, ['app.start']])('no call named %j', async (name) => {
    const { call, got } = setUp();
    expect(await call(name, {})).toMatchObject(refusedAs('malformed'));
    expect(got).toEqual([]);
  });

  test.each(CALLS)('%s refuses wrong types, extra keys and what is too large', async (name) => {
    const { call, got } = setUp();
    for (const wrong of [undefined, null, 'text', 1, true, [], [{}], { nobodyKnows: 1 }, { __proto__: { a: 1 } }, new Map(), new Date(0)]) {
      expect(await call(name, wrong)).toMatchObject(refusedAs('malformed'));
    }
    got.length = 0;
    expect(await call(name, { nobodyKnows: 'x'.repeat(10_000_000) })).toMatchObject(refusedAs('too_large'));
    expect(await call(name, { nobodyKnows: new Uint8Array(10_000_000) })).toMatchObject(refusedAs('too_large'));
    expect(await call(name, 'x'.repeat(10_000_000))).toMatchObject(refusedAs('too_large'));
    expect(got).toEqual([]);
  });

  test('bytes are bytes, and no more than 4 MiB of them', async () => {
    const { call, got } = setUp();
    expect(await call('files.save-write', { handle: 'h', bytes: new Uint8Array(4 * 1024 * 1024) })).toMatchObject({ ok: true });
    expect(got).toHaveLength(1);
    expect(await call('files.save-write', { handle: 'h', bytes: [1, 2, 3] })).toMatchObject(refusedAs('malformed'));
    expect(await call('files.save-write', { handle: 'h', bytes: 'abc' })).toMatchObject(refusedAs('malformed'));
    expect(await call('files.save-write', { handle: 'h', bytes: new Uint8Array(4 * 1024 * 1024 + 1) })).toMatchObject(refusedAs('too_large'));
    expect(await call('files.save-write', { handle: 'h' })).toMatchObject(refusedAs('malformed'));
  });

  test('no message of plain data, whatever it is, makes anything but an answer', async () => {
    const { call, defects } = setUp();
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CALLS), fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true }), async (name, input) => {
        const answer = await call(name, input);
        expect(answer.ok || ['malformed', 'too_large'].includes(answer.error.code)).toBe(true);
      }),
      { seed, numRuns: 500 },
    );
    expect(defects).toEqual([]);
  });
});

describe('the size of a message', () => {
  test('counts strings, keys and bytes together', () => {
    expect(measureMessage({ a: 'x'.repeat(50), b: [new Uint8Array(40)] }, 100)).toBe('fits');
    expect(measureMessage({ a: 'x'.repeat(50), b: [new Uint8Array(60)] }, 100)).toBe('too-large');
    expect(measureMessage({ ['k'.repeat(101)]: 1 }, 100)).toBe('too-large');
    expect(measureMessage(Array.from({ length: 200 }, () => 1), 100)).toBe('too-large');
  });

  test('a cycle, a well without a floor and an endless array end', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(measureMessage(cycle, IPC_MAX_SIZE)).toBe('unfit');
    let deep: unknown = 1;
    for (let at = 0; at < 100_000; at += 1) deep = [deep];
    expect(measureMessage(deep, IPC_MAX_SIZE)).toBe('unfit');
    // eslint-disable-next-line unicorn/no-new-array
    expect(measureMessage(new Array(2 ** 31), IPC_MAX_SIZE)).toBe('too-large');
  });
});

describe('what comes back', () => {
  test('an error of ours travels as its problem', async () => {
    const { call, defects } = setUp({
      'app.start': () => {
        throw new RectoError('storage_full', 'The disk is full.', { retryAfterMs: 5 });
      },
    });
    expect(await call('app.start', {})).toEqual({ ok: false, error: expect.objectContaining({ code: 'storage_full', detail: 'The disk is full.', retry_after_ms: 5 }) });
    expect(defects).toEqual([]);
  });

  test('a fault is told as one, without its inside, and is reported', async () => {
    const fault = new TypeError('secret is not a function at /home/author');
    const { call, defects } = setUp({ 'app.start': () => Promise.reject(fault) });
    const answer = await call('app.start', {});
    expect(answer).toMatchObject(refusedAs('internal'));
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(defects).toEqual([{ call: 'app.start', thrown: fault }]);
  });

  test('an event for a window that is gone is dropped', () => {
    const { window, webContents } = setUp();
    sendEvent(window, 'resumed', {});
    sendEvent(null, 'resumed', {});
    sendEvent({ ...window, isDestroyed: () => true } as BrowserWindow, 'resumed', {});
    expect(webContents.send).toHaveBeenCalledTimes(1);
  });
});
