import { EventEmitter } from 'node:events';
import type { App, BrowserWindow, PowerMonitor } from 'electron';
import { expect, test, vi } from 'vitest';
import { endWith } from './end-with.ts';
import type { QuitGuard } from './quit-guard.ts';
import { watchSystem } from './watch-system.ts';

function setUp() {
  const app = Object.assign(new EventEmitter(), { quit: vi.fn<() => void>() });
  const powerMonitor = new EventEmitter();
  const window = new EventEmitter();
  const began: (boolean | undefined)[] = [];
  const guard = { isOver: false, begin: (options?: { mayAsk: boolean }) => void began.push(options?.mayAsk), flushed: () => undefined, pageGone: () => undefined };
  const onResume = vi.fn<() => void>();
  watchSystem({ electron: { app: app as unknown as App, powerMonitor: powerMonitor as unknown as PowerMonitor }, window: window as unknown as BrowserWindow, quitGuard: guard as QuitGuard, onResume });
  const emit = (emitter: EventEmitter, name: string): boolean => {
    const preventDefault = vi.fn<() => void>();
    emitter.emit(name, { preventDefault });
    return preventDefault.mock.calls.length > 0;
  };
  return { app, powerMonitor, window, began, guard, emit, onResume };
}

test('closing and quitting are held until the words are stored, and then not', () => {
  const { app, window, emit, began, guard } = setUp();
  expect([emit(window, 'close'), emit(app, 'before-quit')]).toEqual([true, true]);
  expect(began).toEqual([true, true]);
  guard.isOver = true;
  expect([emit(window, 'close'), emit(app, 'before-quit')]).toEqual([false, false]);
});

test('a system that goes down is held, and nobody is asked', () => {
  const { powerMonitor, window, emit, began } = setUp();
  expect([emit(window, 'query-session-end'), emit(powerMonitor, 'shutdown')]).toEqual([true, true]);
  window.emit('session-end', {});
  powerMonitor.emit('shutdown');
  expect(began).toEqual([false, false, false, false]);
});

test('waking up is told; the last window is the end', () => {
  const { app, powerMonitor, onResume } = setUp();
  powerMonitor.emit('resume');
  expect(onResume).toHaveBeenCalledTimes(1);
  app.emit('window-all-closed');
  expect(app.quit).toHaveBeenCalledTimes(1);
});

test('at the end all is closed in order, and neither an error nor a disk that hangs keeps the program', async () => {
  const said: string[] = [];
  const closers = [
    async () => void said.push('first'),
    () => Promise.reject(new Error('broken')),
    () => new Promise<void>(() => undefined),
    async () => void said.push('last'),
  ];
  await endWith(closers, { onProblem: (thrown) => said.push((thrown as Error).message), quit: () => said.push('quit'), limitMs: 20 });
  expect(said).toEqual(['first', 'broken', 'It took too long to close.', 'last', 'quit']);
});
