/** The real library file as a mirror, in the test's own thread. */
import { openLibraryFile, type LibraryFile } from '#main/mirror/library-file.ts';
import type { Mirror } from '../ports.ts';

export interface FileMirror extends Mirror {
  readonly file: LibraryFile;
  /** From now on nobody answers, as when the program has ended. */
  kill(): void;
}

export function openFileMirror(path: string): FileMirror {
  const file = openLibraryFile(path);
  let killed = false;
  const call = async <T>(work: () => T): Promise<T> => {
    if (killed) return new Promise<T>(() => undefined);
    return work();
  };
  return {
    file,
    kill: () => void (killed = true),
    open: (place) => call(() => file.open(place)),
    write: (store, rows) => call(() => file.write(store, rows)),
    read: (store, after, limit) => call(() => file.read(store, after, limit)),
    readKeys: (store, after, limit) => call(() => file.readKeys(store, after, limit)),
    readSome: (store, ids) => call(() => file.readSome(store, ids)),
    forget: (store) => call(() => file.forget(store)),
  };
}
