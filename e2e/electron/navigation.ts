/** Navigations that a listener can prevent, and requests that webRequest's listeners see before they leave. */
import type { EventEmitter } from 'node:events';
import { appOrigin } from './app-origin.ts';
import type { CdpSession } from './cdp.ts';
import { askBeforeRequest, askHeadersReceived, watchesResponses } from './web-request.ts';
import { emitPreventable } from './stand-in.ts';

export interface NavigationWatch {
  /** Main itself asked for the navigation that begins now: it is not asked whether it may. */
  isOwn: boolean;
  /** What the page's scripts and links asked for. The test's own page.goto and page.reload are not in it, as in Electron. */
  requestedByPage: Set<string>;
}

interface Frame {
  url: string;
  frameId: string;
}

export async function guardRequests(page: CdpSession, contents: EventEmitter & { id: number }, watch: NavigationWatch): Promise<void> {
  const { frameTree } = await page.send('Page.getFrameTree');
  const mainFrame = frameTree.frame.id;
  page.on('Page.frameRequestedNavigation', ({ frameId, url, disposition }) => void (frameId === mainFrame && disposition === 'currentTab' && watch.requestedByPage.add(withoutHash(url))));
  page.on('Fetch.requestPaused', (paused) => {
    const { requestId, request, resourceType, frameId } = paused;
    const decide = async (): Promise<unknown> => {
      if (paused.responseStatusCode !== undefined || paused.responseErrorReason !== undefined) return continueResponse(page, paused);
      const isRedirect = paused.redirectedRequestId !== undefined;
      if (resourceType === 'Document' && !mayNavigate({ url: request.url, frameId }, frameId === mainFrame, isRedirect)) return page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      const answer = await askBeforeRequest({ url: appOrigin.toApp(request.url), method: request.method, resourceType: readType(resourceType, frameId === mainFrame), webContentsId: contents.id });
      if (answer.cancel) return page.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      return page.send('Fetch.continueRequest', { requestId, ...(answer.redirectURL && { url: appOrigin.toChromium(answer.redirectURL) }) });
    };
    decide().catch((error: unknown) => process.stderr.write(/has gone|Invalid InterceptionId/.test(String(error)) ? '' : `Fetch: ${String(error)}\n`));
  });
  await page.send('Fetch.enable', {
    patterns: [{ urlPattern: '*', requestStage: 'Request' as const }, ...(watchesResponses() ? [{ urlPattern: '*', requestStage: 'Response' as const }] : [])],
  });

  function mayNavigate({ url }: Frame, isMainFrame: boolean, isRedirect: boolean): boolean {
    const details = { url: appOrigin.toApp(url), isMainFrame, isSameDocument: false };
    const args = [details.url, false, isMainFrame];
    if (isRedirect) return !emitPreventable(contents, 'will-redirect', details, ...args);
    if (!isMainFrame) return !emitPreventable(contents, 'will-frame-navigate', details, ...args);
    if (watch.isOwn) return true;
    // The page's request is announced before; what was not announced and stays at home is the test's.
    const isPages = watch.requestedByPage.delete(withoutHash(url)) || appOrigin.toApp(url) === url;
    if (!isPages) return true;
    const isFramePrevented = emitPreventable(contents, 'will-frame-navigate', details, ...args);
    return !emitPreventable(contents, 'will-navigate', details, ...args) && !isFramePrevented;
  }
}

async function continueResponse(page: CdpSession, paused: { requestId: string; request: { url: string; method: string }; responseStatusCode?: number; responseHeaders?: { name: string; value: string }[] }): Promise<void> {
  const { requestId, request, responseStatusCode, responseHeaders = [] } = paused;
  const changed = responseStatusCode === undefined ? null : await askHeadersReceived({ url: appOrigin.toApp(request.url), method: request.method, statusCode: responseStatusCode, responseHeaders });
  if (changed?.cancel) await page.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
  else if (changed?.headers) await page.send('Fetch.continueResponse', { requestId, responseCode: responseStatusCode!, responseHeaders: changed.headers });
  else await page.send('Fetch.continueResponse', { requestId });
}

function withoutHash(url: string): string {
  return url.split('#')[0]!;
}

function readType(type: string, isMainFrame: boolean): string {
  if (type === 'Document') return isMainFrame ? 'mainFrame' : 'subFrame';
  if (type === 'XHR' || type === 'Fetch') return 'xhr';
  return type.charAt(0).toLowerCase() + type.slice(1);
}
