/** The Studio API over HTTP: JSON in and out, every failure a RectoError that says what to do. */
import { readReply } from '#schemas/read-reply.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import type { StudioConnection } from '../ports.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash. */
  path: string;
  /** JSON, as text or its UTF-8. */
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

/** @throws RectoError network, protocol, unauthenticated, or the code of the server's problem */
export type ApiClient = (request: ApiRequest) => Promise<unknown>;

/** @param server for the sentences of errors: `connection` knows where it leads */
export function createApiClient(connection: Pick<StudioConnection, 'fetch'>, server: string): ApiClient {
  return async ({ method, path, body, signal }) => {
    const response = await connection.fetch(path, {
      method,
      headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
    return await readReply(response, server);
  };
}
