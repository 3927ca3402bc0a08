/** Pull and push as the wire has them (DESIGN §6), with what a refused batch needs. */
import type { Blob, SyncCheckpoint, SyncPullPage, SyncPushVerdict } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { notRecto } from '#schemas/read-reply.ts';
import { isFields } from '../domain/merge-values.ts';
import type { ApiClient } from './http-client.ts';

export interface SyncApi {
  pull(checkpoint: SyncCheckpoint | null, limit: number, signal: AbortSignal): Promise<SyncPullPage>;
  /** @param body the JSON of `count` push rows, in UTF-8 */
  push(body: Uint8Array<ArrayBuffer>, count: number, signal: AbortSignal): Promise<PushReply>;
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
}

export function createSyncApi({ server, request }: SyncApiOptions): SyncApi {
  return {
    pull: async (checkpoint, limit, signal) => {
      const at = checkpoint ? `epoch=${encodeURIComponent(checkpoint.epoch)}&seq=${checkpoint.seq}&${checkpoint.horizon === undefined ? '' : `horizon=${checkpoint.horizon}&`}` : '';
      const page = await request({ method: 'GET', path: `${ROUTES.pull.path}?${at}limit=${limit}`, signal });
      if (!isFields(page) || !Array.isArray(page['documents'])) throw notRecto(server);
      return page as SyncPullPage;
    },
    // Without recto-connection: RxDB needs a device's own changes to come back in their order, for it may take in an older
    // change of the same blob after its own was stored.
    push: async (body, count, signal) => {
      const reply = await request({ method: 'POST', path: ROUTES.push.path, body, signal });
      if (!isFields(reply) || !Array.isArray(reply['results']) || reply['results'].length !== count) throw notRecto(server);
      return { results: reply['results'] as SyncPushVerdict[], epoch: typeof reply['epoch'] === 'string' ? reply['epoch'] : null };
    },
    history: async (blobId, signal) => {
      const path = ROUTES.readHistory.path.replace(':id', encodeURIComponent(blobId));
      const reply = await request({ method: 'GET', path, signal });
      return isFields(reply) && Array.isArray(reply['versions']) ? (reply['versions'] as Blob[]) : [];
    },
  };
}
