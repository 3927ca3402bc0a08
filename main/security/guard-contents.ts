/** What no page of this program can do, however it came to be: leave, open another, or hold a foreign one. */
import type { WebContents } from 'electron';
import { isAppUrl } from './check-sender.ts';

type Guarded = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** The page may be loaded anew; it goes nowhere else, and no frame of it anywhere. */
export function guardNavigation(contents: Guarded): void {
  contents.on('will-navigate', (event) => {
    if (!isPage(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
}

/** There is one window, and what a page opens is none. */
export function guardWindowOpen(contents: Guarded): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No page holds a web view; a switched-on tag would not help it. */
export function guardWebViews(contents: Guarded): void {
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

function isPage(url: string): boolean {
  return isAppUrl(url) && ['/', '/index.html'].includes(new URL(url).pathname);
}
