/** The composition root of the screens: the platform, the app on it, the page that shows it. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApp } from '#app/create-app.ts';
import { createBrowserPlatform } from './platform/browser-platform.ts';
import { keepWordsSafe } from './platform/keep-words-safe.ts';
import { keepAppOffline } from './platform/open-offline.ts';
import { ErrorPage } from './shell/ErrorBoundary.tsx';
import { Shell } from './shell/Shell.tsx';
import { applyRememberedTheme } from './theme/theme.ts';
import './theme/theme.css';

async function start(element: HTMLElement): Promise<void> {
  applyRememberedTheme();
  const root = createRoot(element);
  try {
    const { platform, host, useSettingsOf } = createBrowserPlatform();
    const app = await createApp(platform);
    useSettingsOf(app);
    keepWordsSafe(app);
    root.render(
      <StrictMode>
        <Shell app={app} platform={host} />
      </StrictMode>,
    );
    // Its own failure, as in a private window, takes nothing away but opening offline.
    keepAppOffline().catch((error: unknown) => console.warn('Recto will not open offline here:', error));
  } catch (error) {
    root.render(<ErrorPage heading="The library could not be opened" error={error} />);
  }
}

const element = document.getElementById('root');
if (element) void start(element);
