/** One request to a server on the author's behalf: it goes where it was sent, and nowhere else. */
import { RectoError } from '#schemas/errors.ts';
import { notRecto, unreachable } from '#schemas/read-reply.ts';
import { hostOf } from '#schemas/server-address.ts';

export interface ServerRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | ReadableStream<Uint8Array> | null;
  signal?: AbortSignal;
}

/** Electron's net stack rejects where Node's answers with the redirect itself. */
const isRedirectTrouble = (thrown: unknown): boolean => thrown instanceof Error && /redirect/i.test(thrown.message);

/**
 * @param server as it is kept
 * @param path begins with a slash
 * @returns any answer but a redirect: with it would go the token, or a password, to whom the author never said yes
 * @throws RectoError network, cancelled, protocol (a redirect)
 */
export async function askServer(fetchFrom: typeof fetch, server: string, path: string, { method, headers, body, signal }: ServerRequest): Promise<Response> {
  // `duplex`: a stream is sent while it is read (WHATWG Fetch §5.3), which lib.dom doesn't know yet.
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers,
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    duplex: 'half',
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  };
  let response: Response;
  try {
    response = await fetchFrom(server + path, init);
  } catch (thrown) {
    if (isRedirectTrouble(thrown)) throw notRecto(server, thrown);
    // Not every fetch says by its error why it was aborted: the signal does.
    throw unreachable(server, signal?.aborted ? signal.reason : thrown);
  }
  if (response.type !== 'opaqueredirect' && (response.status < 300 || response.status > 399)) return response;
  await response.body?.cancel();
  const target = response.headers.get('location');
  const elsewhere = target !== null && URL.canParse(target, server) ? new URL(target, server).origin : 'elsewhere';
  throw new RectoError('protocol', `${hostOf(server)} sends Recto on to ${elsewhere}, and Recto does not follow. If that is your server, sign in there.`);
}
