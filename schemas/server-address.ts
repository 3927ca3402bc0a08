/** Addresses of servers: as a person writes them, as they are kept, as they are shown. */
import { RectoError } from './errors.ts';

/**
 * What a person writes as an address, as an origin (and a path, where the server has one) without a slash at its end.
 * @throws RectoError malformed
 */
export function normalizeServer(written: string): string {
  const text = written.trim().replace(/\/+$/, '');
  const isLocal = /^(localhost|127\.|\[::1\])/.test(text);
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  if (text === '' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RectoError('malformed', 'Write the server’s address, such as https://recto.example.org.');
  }
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}

/** The host and port of a URL, for a sentence. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Whether a URL leads to this computer and nowhere else (RFC 6761 §6.3 for the name, RFC 1122 §3.2.1.3 for the numbers). */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
