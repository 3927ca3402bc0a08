import type { Session } from 'electron';
import { isAppUrl } from './check-sender.ts';

/** Schemes with no host: a page makes them for itself. DevTools are Chromium's own page. */
const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['about:', 'blob:', 'data:', 'devtools:']);

/** The second fence behind the content policy: a request of a page to anywhere else is cancelled before it leaves. */
export function guardRequests(session: Pick<Session, 'webRequest'>): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }));
}

function isLocal(url: string): boolean {
  return isAppUrl(url) || (URL.canParse(url) && LOCAL_SCHEMES.has(new URL(url).protocol));
}
