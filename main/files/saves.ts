import { randomUUID } from 'node:crypto';
import { RectoError } from '#schemas/errors.ts';
import { openBeside, type FileBeside } from './write-beside.ts';

/** Files on their way to the disk, by the handles that the window knows them by. */
export interface Saves {
  /** @throws RectoError file_unwritable, storage_full, rate_limited (too many at once) */
  begin(path: string): Promise<string>;
  /** Bytes land in the order of the calls. @throws RectoError not_found, file_unwritable, storage_full */
  write(handle: string, bytes: Uint8Array): Promise<void>;
  /** @returns where the file is. @throws RectoError not_found, file_unwritable, storage_full */
  end(handle: string): Promise<string>;
  cancel(handle: string): Promise<void>;
  /** For when the window is gone. */
  cancelAll(): Promise<void>;
}

const MOST_AT_ONCE = 16;

interface Save {
  file: FileBeside;
  /** The last step that was asked for; the next one waits for it. */
  last: Promise<unknown>;
  /** What a step failed by: those that were already asked for fail by the same. */
  failed?: unknown;
}

export function createSaves(): Saves {
  const saves = new Map<string, Save>();

  const step = async <T>(handle: string, work: (file: FileBeside) => Promise<T>, isLast: boolean): Promise<T> => {
    const save = saves.get(handle);
    if (!save) throw new RectoError('not_found', 'This file is not being saved any more; what was there before is as it was. Save it again.');
    if (isLast) saves.delete(handle);
    const done = save.last.then(() => {
      if (save.failed !== undefined) throw save.failed;
      return work(save.file);
    });
    save.last = done.catch((thrown: unknown) => {
      save.failed = thrown;
      saves.delete(handle);
    });
    return done;
  };
  const cancel = async (handle: string): Promise<void> => {
    if (saves.has(handle)) await step(handle, (file) => file.discard(), true);
  };
  return {
    async begin(path) {
      if (saves.size >= MOST_AT_ONCE) throw new RectoError('rate_limited', `Recto saves ${MOST_AT_ONCE} files at once at most. Let one of them end first.`);
      const handle = randomUUID();
      saves.set(handle, { file: await openBeside(path), last: Promise.resolve() });
      return handle;
    },
    write: (handle, bytes) => step(handle, (file) => file.write(bytes), false),
    end: (handle) => step(handle, (file) => file.finish(), true),
    cancel,
    cancelAll: async () => void (await Promise.allSettled([...saves.keys()].map(cancel))),
  };
}
