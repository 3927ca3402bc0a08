import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '#schemas/http.ts';
import type { Blob } from '#schemas/blob.ts';
import type { Random } from '../random.ts';

/** One who pushes batch after batch, each again and again until it is acknowledged. */
export interface Writer {
  /** By id: what the server has said that it has. */
  readonly acknowledged: ReadonlyMap<string, Blob>;
  /** How often the server said that its disk is full. */
  readonly refused: number;
  /** Batches that were acknowledged. */
  readonly batches: number;
  write(isOver: () => boolean): Promise<void>;
}

export interface WriterOptions {
  name: string;
  token: string;
  random: Random;
  url(): string;
}

const AT = '2026-01-01T00:00:00.000Z';
const PAUSE_MS = 20;

export function createWriter({ name, token, random, url }: WriterOptions): Writer {
  const acknowledged = new Map<string, Blob>();
  const counts = { refused: 0, batches: 0 };
  /** @returns whether it is stored; a server that is away or full is asked again */
  const push = async (rows: readonly { new_document_state: Blob; assumed_master_state: Blob | null }[]): Promise<boolean> => {
    const reply = await fetch(url() + ROUTES.push.path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(rows) }).catch(() => null);
    const text = await reply?.text().catch(() => null);
    if (!reply || text === null || text === undefined) return false;
    if (reply.status === 507 && (JSON.parse(text) as { code: string }).code === 'storage_full') {
      counts.refused += 1;
      return false;
    }
    if (reply.status !== 200) throw new Error(`A push on a disk that may be full was answered with ${reply.status}: ${text}`);
    const { results } = JSON.parse(text) as { results: { id: string; status: string }[] };
    const odd = results.find(({ status }) => status !== 'stored');
    if (odd) throw new Error(`${odd.id} of ${name} is ${odd.status}, and nobody else writes it.`);
    return true;
  };
  const makeRows = (batch: number): { new_document_state: Blob; assumed_master_state: Blob | null }[] =>
    Array.from({ length: 1 + random.below(6) }, (_, index) => {
      const id = random.chance(0.3) && acknowledged.size > 0 ? random.pick([...acknowledged.keys()]) : `${name}-${batch}-${index}`;
      const old = acknowledged.get(id) ?? null;
      const content = `${name} ${batch} ${index}. ${'All the words of a page. '.repeat(random.below(400))}`;
      return { new_document_state: { id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: (old?.version ?? 0) + 1, created_at: AT, updated_at: AT, deleted: false }, assumed_master_state: old };
    });
  return {
    acknowledged,
    get refused() {
      return counts.refused;
    },
    get batches() {
      return counts.batches;
    },
    write: async (isOver) => {
      for (let batch = 0; !isOver(); batch += 1) {
        const rows = [...new Map(makeRows(batch).map((row) => [row.new_document_state.id, row])).values()];
        while (!(await push(rows))) {
          // A server that came to nothing is not waited for.
          if (isOver()) return;
          await sleep(PAUSE_MS);
        }
        for (const { new_document_state: blob } of rows) acknowledged.set(blob.id, blob);
        counts.batches += 1;
      }
    },
  };
}
