import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { expect, test, vi } from 'vitest';
import { createCrashLoop } from './crash-loop.ts';
import { createFocusMode } from './focus-mode.ts';
import { watchPage, type WatchParts } from './watch-page.ts';

type Answer = Awaited<ReturnType<WatchParts['questions']['askAfterCrashes']>>;

function setUp(answer: Answer = 'open') {
  const forcefullyCrashRenderer = vi.fn<() => void>();
  const webContents = Object.assign(new EventEmitter(), { forcefullyCrashRenderer });
  const window = Object.assign(new EventEmitter(), { webContents, isDestroyed: () => false });
  const said: string[] = [];
  let at = 0;
  let closing = false;
  let hanging: { signal: AbortSignal; answer(given: 'wait' | 'restart'): void } | null = null;
  watchPage({
    window: window as unknown as BrowserWindow,
    questions: {
      askAfterCrashes: async () => (said.push('ask'), answer),
      askWhileHanging: (signal) => new Promise((resolve) => (hanging = { signal, answer: resolve })),
    },
    crashLoop: createCrashLoop(() => at),
    isClosing: () => closing,
    onGone: (reason) => said.push(`gone: ${reason}`),
    notify: ({ message }) => said.push(message.includes('Saved') ? 'notice' : message),
    load: async () => void said.push('load'),
    showCrashReports: () => said.push('reports'),
    quit: () => said.push('quit'),
    onProblem: (thrown) => said.push(`problem: ${String(thrown)}`),
  });
  const settle = () => new Promise(setImmediate);
  return {
    window,
    said,
    settle,
    forcefullyCrashRenderer,
    close: () => (closing = true),
    hang: () => hanging,
    async crash(reason = 'crashed', after = 1000) {
      at += after;
      webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
      await settle();
      return said.splice(0);
    },
  };
}

test('a page that stops is opened again, and says what is safe', async () => {
  expect(await setUp().crash('oom')).toEqual(['gone: oom', 'notice', 'load']);
});

test('a page that ends as it should, or with its window, is not', async () => {
  const page = setUp();
  expect(await page.crash('clean-exit')).toEqual([]);
  page.close();
  expect(await page.crash()).toEqual(['gone: crashed']);
});

test('after three in a minute the author is asked; after a quiet minute it opens by itself again', async () => {
  const page = setUp('reports');
  for (let crash = 0; crash < 3; crash += 1) expect(await page.crash()).toContain('load');
  expect(await page.crash()).toEqual(['gone: crashed', 'ask', 'reports', 'notice', 'load']);
  expect(await page.crash('crashed', 61_000)).toEqual(['gone: crashed', 'notice', 'load']);
});

test('the author may leave it', async () => {
  const page = setUp('quit');
  for (let crash = 0; crash < 3; crash += 1) await page.crash();
  expect(await page.crash()).toEqual(['gone: crashed', 'ask', 'quit']);
});

test('a page that hangs is asked about once, and the question goes when it answers again', async () => {
  const { window, hang, settle, forcefullyCrashRenderer } = setUp();
  window.emit('unresponsive');
  const first = hang();
  window.emit('unresponsive');
  expect(hang()).toBe(first);
  window.emit('responsive');
  expect(first!.signal.aborted).toBe(true);
  first!.answer('restart');
  await settle();
  expect(forcefullyCrashRenderer).not.toHaveBeenCalled();
  window.emit('unresponsive');
  hang()!.answer('restart');
  await settle();
  expect(forcefullyCrashRenderer).toHaveBeenCalledTimes(1);
});

test('focus mode puts back what was there', () => {
  const state = { full: true, bar: true };
  const focus = createFocusMode({ isFullScreen: () => state.full, setFullScreen: (full) => void (state.full = full), setMenuBarVisibility: (bar) => void (state.bar = bar) });
  focus.set(true);
  focus.set(true);
  expect([state, focus.isOn]).toEqual([{ full: true, bar: false }, true]);
  focus.set(false);
  focus.set(false);
  expect([state, focus.isOn]).toEqual([{ full: true, bar: true }, false]);
  state.full = false;
  focus.set(true);
  focus.set(false);
  expect(state).toEqual({ full: false, bar: true });
});
