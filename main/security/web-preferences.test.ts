import { expect, test } from 'vitest';
import { createWebPreferences } from './web-preferences.ts';

test('a page is sandboxed, in a world of its own, with no Node and no way round the web’s rules', () => {
  const preferences = createWebPreferences('/dist/preload.cjs');
  expect(preferences).toMatchObject({
    preload: '/dist/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    plugins: false,
    navigateOnDragDrop: false,
  });
  for (const never of ['enableBlinkFeatures', 'additionalArguments', 'partition']) expect(preferences).not.toHaveProperty(never);
});
