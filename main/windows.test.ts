import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSettings } from './settings.ts';
import { createWindow, type WindowParts } from './windows.ts';

const AREA = { x: 0, y: 0, width: 1920, height: 1080 };

/** What is done to the one window, in order. Electron shows a window that is made large, whatever `show` said. */
function setUp() {
  const done: string[] = [];
  class Window extends EventEmitter {
    show = () => done.push('show');
    maximize = () => done.push('maximize');
    setFullScreen = (full: boolean) => done.push(`full ${full}`);
  }
  const electron = {
    BrowserWindow: Window,
    nativeTheme: { themeSource: 'system', shouldUseDarkColors: false },
    screen: { getPrimaryDisplay: () => ({ id: 1, workArea: AREA }), getAllDisplays: () => [{ id: 1, workArea: AREA }] },
  } as unknown as WindowParts['electron'];
  const settings = openSettings(join(mkdtempSync(join(tmpdir(), 'recto-window-')), 'settings.json'));
  return { done, settings, open: () => createWindow({ electron, settings, preload: 'preload.cjs' }) };
}

test.each([
  { maximized: false, fullScreen: false, expected: ['show'] },
  { maximized: true, fullScreen: false, expected: ['maximize', 'show'] },
  { maximized: false, fullScreen: true, expected: ['show', 'full true'] },
])('nothing is shown before the page is drawn (maximized: $maximized, full screen: $fullScreen)', async ({ expected, ...large }) => {
  const { done, settings, open } = setUp();
  await settings.change({ windowState: { x: 10, y: 10, width: 900, height: 700, ...large } });
  const window = open();
  expect(done).toEqual([]);
  window.emit('ready-to-show');
  expect(done).toEqual(expected);
});
