/**
 * New windows of pages: each is held before it asks for anything and is closed again, since main may only deny it
 * here. Chromium itself has no question that comes before the window.
 */
import type { HandlerDetails, WindowOpenHandlerResponse } from 'electron';
import { appOrigin } from './app-origin.ts';
import type { CdpConnection, CdpSession } from './cdp.ts';

/** How long a new window is waited for that asks for nothing. */
const WITHOUT_REQUEST_MS = 500;

interface NewTarget {
  sessionId: string;
  waitingForDebugger: boolean;
  targetInfo: { targetId: string; type: string; url: string; openerId?: string };
}

/** Holds all windows from now on. @returns creates one that main itself asked for */
export async function holdNewWindows(connection: CdpConnection): Promise<(size: { width: number; height: number }) => Promise<string>> {
  const { browser } = connection;
  let creating = 0;
  browser.on('Target.attachedToTarget', (target: NewTarget) => {
    if (!target.waitingForDebugger) return;
    const { targetInfo, sessionId } = target;
    const session = connection.adopt(sessionId);
    const isOwn = creating > 0 && targetInfo.openerId === undefined && targetInfo.url === 'about:blank';
    const end = isOwn ? session.send('Runtime.runIfWaitingForDebugger').then(() => browser.send('Target.detachFromTarget', { sessionId })) : refuse(browser, session, targetInfo.targetId);
    end.catch((error: unknown) => process.stderr.write(/has gone|No session|No target/.test(String(error)) ? '' : `A new window: ${String(error)}\n`));
  });
  await browser.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: [{ type: 'page' }, { exclude: true }] });
  return async (size) => {
    creating++;
    try {
      return (await browser.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...size })).targetId;
    } finally {
      creating--;
    }
  };
}

/**
 * A window that is closed while it is held keeps the page that opened it waiting for ever, and one that is closed while its
 * request is held lets the request go. So it goes on, its requests fail, and only then it ends.
 */
async function refuse(browser: CdpSession, session: CdpSession, targetId: string): Promise<void> {
  const failed = new Promise<void>((resolve) => {
    const late = setTimeout(resolve, WITHOUT_REQUEST_MS);
    session.on('Fetch.requestPaused', ({ requestId, resourceType }) => {
      const end = session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined); // its window was faster
      if (resourceType !== 'Document') return;
      clearTimeout(late);
      void end.then(() => resolve());
    });
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  await session.send('Runtime.runIfWaitingForDebugger');
  await failed;
  await browser.send('Target.closeTarget', { targetId });
}

/** Asks main's handler about each window that the page wants. */
export function watchNewWindows(page: CdpSession, ask: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
  const want = (url: string, frameName: string, features: string, disposition: HandlerDetails['disposition']): void => {
    const { action } = ask({ url: appOrigin.toApp(url), frameName, features, disposition, referrer: { url: '', policy: 'default' } });
    if (action !== 'deny') throw new Error('The stand-in opens no window for a page: answer deny');
  };
  page.on('Page.windowOpen', ({ url, windowName, windowFeatures }) => want(url, windowName, windowFeatures.join(','), 'foreground-tab'));
  // A click with a key: announced by this alone.
  page.on('Page.frameRequestedNavigation', ({ url, disposition }) => {
    if (disposition === 'newTab') want(url, '', '', 'background-tab');
    else if (disposition === 'newWindow') want(url, '', '', 'new-window');
  });
}
