/** Pull and push as the wire has them (DESIGN §6), with what a refused batch needs. */
import { RectoError } from '#schemas/errors.ts';
import type { Blob, SyncCheckpoint, SyncPullPage, SyncPushVerdict } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { isFields } from '../domain/merge-values.ts';
import type { ApiClient } from './http-client.ts';
import { notRecto } from './http-client.ts';
import type { TokenSource } from './sync-types.ts';

export interface SyncApi {
  pull(checkpoint: SyncCheckpoint | null, limit: number, signal: AbortSignal): Promise<SyncPullPage>;
  /** @param body the JSON of `count` push rows, in UTF-8 */
  push(body: Uint8Array, count: number, signal: AbortSignal): Promise<PushReply>;
  /** Past versions of a blob that the server still has, newest first. */
  history(blobId: string, signal: AbortSignal): Promise<Blob[]>;
}

export interface PushReply {
  results: SyncPushVerdict[];
  /** The server's epoch, where it says it. */
  epoch: string | null;
}

export interface SyncApiOptions {
  server: string;
  request: ApiClient;
  tokens: TokenSource;
}

export function createSyncApi({ server, request, tokens }: SyncApiOptions): SyncApi {
  /** One refresh for a token that the server no longer takes, then the request again. */
  async function authorized(send: (token: string) => Promise<unknown>): Promise<unknown> {
    const token = await tokens.accessToken();
    try {
      return await send(token);
    } catch (thrown) {
      if (!(thrown instanceof RectoError) || thrown.status !== 401) throw thrown;
      return await send(await tokens.renew(token));
    }
  }

  return {
    pull: async (checkpoint, limit, signal) => {
      const at = checkpoint ? `epoch=${encodeURIComponent(checkpoint.epoch)}&seq=${checkpoint.seq}&` : '';
      const page = await authorized((token) => request({ method: 'GET', path: `${ROUTES.pull.path}?${at}limit=${limit}`, token, signal }));
      if (!isFields(page) || !Array.isArray(page['documents'])) throw notRecto(server);
      return page as SyncPullPage;
    },
    // Without recto-connection: RxDB needs a device's own changes to come back in their order, for it may take in an older
    // change of the same blob after its own was stored.
    push: async (body, count, signal) => {
      const reply = await authorized((token) => request({ method: 'POST', path: ROUTES.push.path, body, token, signal }));
      if (!isFields(reply) || !Array.isArray(reply['results']) || reply['results'].length !== count) throw notRecto(server);
      return { results: reply['results'] as SyncPushVerdict[], epoch: typeof reply['epoch'] === 'string' ? reply['epoch'] : null };
    },
    history: async (blobId, signal) => {
      const path = ROUTES.readHistory.path.replace(':id', encodeURIComponent(blobId));
      const reply = await authorized((token) => request({ method: 'GET', path, token, signal }));
      return isFields(reply) && Array.isArray(reply['versions']) ? (reply['versions'] as Blob[]) : [];
    },
  };
}
