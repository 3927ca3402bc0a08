/** Whether all devices and the server hold the same bytes. */
import { hashText } from '#app/domain/merge-prose.ts';
import { canonicalJson } from '#app/domain/merge-values.ts';
import type { Blob } from '#schemas/blob.ts';
import type { Player } from './player.ts';

/** The owner is the server's to say; what it computes on read is not stored. */
function toPlain({ user_id: _owner, derived_ids: _derived, processing_state: _state, ...blob }: Blob): string {
  return canonicalJson(blob);
}

export interface Difference {
  device: number;
  ids: string[];
}

/** @param counts whether a blob is looked at; all are, unless it says otherwise */
export async function findDifferences(server: ReadonlyMap<string, Blob>, players: readonly Player[], counts: (blob: Blob | undefined) => boolean = () => true): Promise<Difference[]> {
  const master = new Map([...server].map(([id, blob]) => [id, hashText(toPlain(blob))]));
  const found = await Promise.all(
    players.map(async (player) => {
      const { hashes } = await player.digest();
      const ids = [...new Set([...master.keys(), ...Object.keys(hashes)])].filter((id) => hashes[id] !== master.get(id) && counts(server.get(id)));
      return { device: player.index, ids };
    }),
  );
  return found.filter(({ ids }) => ids.length > 0);
}

/** The first of them, both sides whole. */
export async function describeDifferences(server: ReadonlyMap<string, Blob>, players: readonly Player[], differences: readonly Difference[]): Promise<string> {
  const lines: string[] = [];
  for (const { device, ids } of differences) {
    const [id] = ids as [string];
    const shown = await players.find(({ index }) => index === device)!.show([id]);
    const master = server.get(id);
    lines.push(`device ${device} differs in ${ids.length}: ${id}\n  device: ${shown[id] ?? 'nothing'}\n  server: ${master ? toPlain(master) : 'nothing'}`);
  }
  return lines.join('\n');
}
