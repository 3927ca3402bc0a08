import { randomUUID } from 'node:crypto';
import { RectoError } from '#schemas/errors.ts';

/** Which paths of this computer the window may name, and by which word: it never hands in a path itself. */
export interface Grants {
  /** @returns the word for `path` */
  grant(path: string): string;
  /** @throws RectoError forbidden: no such word was given */
  pathOf(grant: string): string;
}

/** More than an author saves in a day; the oldest goes. */
const MOST = 1000;

export function createGrants(): Grants {
  const paths = new Map<string, string>();
  return {
    grant(path) {
      const word = randomUUID();
      paths.set(word, path);
      const [oldest] = paths.keys();
      if (paths.size > MOST && oldest !== undefined) paths.delete(oldest);
      return word;
    },
    pathOf(grant) {
      const path = paths.get(grant);
      if (path === undefined) throw new RectoError('forbidden', 'Recto shows only what you saved with it since it was opened.');
      return path;
    },
  };
}
