/** session.webRequest: one listener an event, as in Electron; navigation.ts asks it about each request of a page. */
import type { CallbackResponse, HeadersReceivedResponse, OnBeforeRequestListenerDetails, OnHeadersReceivedListenerDetails, WebRequest, WebRequestFilter } from 'electron';
import { standIn } from './stand-in.ts';

type Ask<Details, Answer> = { filter: WebRequestFilter | null; listener: (details: Details, callback: (answer: Answer) => void) => void };

let beforeRequest: Ask<OnBeforeRequestListenerDetails, CallbackResponse> | null = null;
let headersReceived: Ask<OnHeadersReceivedListenerDetails, HeadersReceivedResponse> | null = null;

function register<D, A>(filterOrListener: unknown, listener: unknown): Ask<D, A> | null {
  const ask = typeof filterOrListener === 'function' || filterOrListener === null ? { filter: null, listener: filterOrListener } : { filter: filterOrListener, listener };
  return ask.listener ? (ask as Ask<D, A>) : null;
}

export const webRequest = standIn<WebRequest>('webRequest', {
  onBeforeRequest(filterOrListener: unknown, listener?: unknown) {
    beforeRequest = register(filterOrListener, listener);
  },
  onHeadersReceived(filterOrListener: unknown, listener?: unknown) {
    headersReceived = register(filterOrListener, listener);
  },
});

function isMeant(filter: WebRequestFilter | null, url: string): boolean {
  return !filter || filter.urls.some((pattern) => pattern === '<all_urls>' || matchPattern(pattern).test(url));
}

/** Of match patterns, what is used: `*` for anything. */
function matchPattern(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

export async function askBeforeRequest(details: { url: string; method: string; resourceType: string; webContentsId: number }): Promise<CallbackResponse> {
  const ask = beforeRequest;
  if (!ask || !isMeant(ask.filter, details.url)) return {};
  return new Promise((resolve) => ask.listener({ id: 0, timestamp: Date.now(), referrer: '', uploadData: [], ...details } as unknown as OnBeforeRequestListenerDetails, resolve));
}

export function watchesResponses(): boolean {
  return headersReceived !== null;
}

type HeaderList = { name: string; value: string }[];

/** @returns null: as it came */
export async function askHeadersReceived(details: { url: string; method: string; statusCode: number; responseHeaders: HeaderList }): Promise<{ cancel: boolean; headers: HeaderList | null } | null> {
  const ask = headersReceived;
  if (!ask || !isMeant(ask.filter, details.url)) return null;
  const responseHeaders: Record<string, string[]> = {};
  for (const { name, value } of details.responseHeaders) (responseHeaders[name] ??= []).push(value);
  const answer = await new Promise<HeadersReceivedResponse>((resolve) => ask.listener({ id: 0, timestamp: Date.now(), ...details, responseHeaders } as unknown as OnHeadersReceivedListenerDetails, resolve));
  const headers = answer.responseHeaders && Object.entries(answer.responseHeaders).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })));
  return { cancel: answer.cancel ?? false, headers: headers ?? null };
}
