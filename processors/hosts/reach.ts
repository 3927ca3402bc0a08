import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/blob.ts';
import type { RunRequest } from '../contract/runner.ts';

/** What a remote worker may read for one run. */
export interface Reach {
  /** Null: there is no such blob. @throws RectoError forbidden; what reading throws */
  read(id: string): Promise<Blob | null>;
}

/** Ids are hashes, UUIDs and names; text is longer or has spaces. */
const ID = /^\S{1,100}$/;
/** Blobs derived from one another, between what is asked for and what is known. */
const MAX_GENERATIONS = 8;

/**
 * A worker reads the blob of its job, the blobs that its config or a blob it has read names (a book names its chapters), and
 * those derived from these; all of one user, which is `read`'s to see to. What a blob that the processor itself made names
 * opens nothing: a processor could write down any id.
 */
export function createReach({ blob, config, processorId }: RunRequest, read: (id: string) => Promise<Blob | null>): Reach {
  const known = new Set<string>();
  const learn = (of: Blob): void => {
    known.add(of.id);
    if (of.processor_id !== processorId) collectIds(of.data, known);
  };
  learn(blob);
  collectIds(config, known);

  const isDerivedFromKnown = async (of: Blob): Promise<boolean> => {
    let parentId = of.parent_id;
    for (let generation = 0; parentId && generation < MAX_GENERATIONS; generation++) {
      if (known.has(parentId)) return true;
      parentId = (await read(parentId))?.parent_id;
    }
    return false;
  };

  return {
    async read(id) {
      const found = await read(id);
      if (!found) return null;
      if (!known.has(id) && !(await isDerivedFromKnown(found))) {
        throw new RectoError('forbidden', 'A worker reads the blob of its job, what that names, and what is derived from these: this blob is none of them.');
      }
      learn(found);
      return found;
    },
  };
}

function collectIds(value: unknown, ids: Set<string>): void {
  if (typeof value === 'string') {
    if (ID.test(value)) ids.add(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) collectIds(item, ids);
}
