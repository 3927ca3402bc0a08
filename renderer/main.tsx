/** The composition root of the screens: the platform, the app on it, the page that shows it. */
import { StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { createApp } from '#app/create-app.ts';
import type { IpcBridge } from '#schemas/ipc.ts';
import { answerFlush } from './platform/answer-flush.ts';
import { createBrowserPlatform } from './platform/browser-platform.ts';
import { createDesktopPlatform } from './platform/desktop-platform.ts';
import { keepWordsSafe } from './platform/keep-words-safe.ts';
import { keepAppOffline } from './platform/open-offline.ts';
import { announceStyleNonce } from './platform/style-nonce.ts';
import { ErrorPage } from './shell/ErrorBoundary.tsx';
import { Opening } from './shell/Opening.tsx';
import { Shell } from './shell/Shell.tsx';
import { applyRememberedTheme } from './theme/theme.ts';
import './theme/theme.css';

async function start(element: HTMLElement): Promise<void> {
  announceStyleNonce();
  applyRememberedTheme();
  const root = createRoot(element);
  root.render(<Opening />);
  try {
    await (window.recto ? startInDesktop(root, window.recto) : startInBrowser(root));
  } catch (error) {
    root.render(<ErrorPage heading="The library could not be opened" error={error} />);
  }
}

async function startInBrowser(root: Root): Promise<void> {
  const { platform, host, useSettingsOf } = createBrowserPlatform();
  const app = await createApp(platform);
  useSettingsOf(app);
  keepWordsSafe(app, { asks: true });
  root.render(
    <StrictMode>
      <Shell app={app} platform={host} />
    </StrictMode>,
  );
  // Its own failure, as in a private window, takes nothing away but opening offline.
  keepAppOffline().catch((error: unknown) => console.warn('Recto will not open offline here:', error));
}

async function startInDesktop(root: Root, bridge: IpcBridge): Promise<void> {
  const { platform, host, desktop, useSettingsOf } = await createDesktopPlatform(bridge);
  // Until the library is open nothing is unsaved, and a window whose library can't be opened can be closed.
  const stopAnswering = answerFlush(desktop, null);
  const app = await createApp(platform);
  useSettingsOf(app);
  stopAnswering();
  answerFlush(desktop, app);
  keepWordsSafe(app, { asks: false });
  root.render(
    <StrictMode>
      <Shell app={app} platform={host} />
    </StrictMode>,
  );
}

const element = document.getElementById('root');
if (element) void start(element);
