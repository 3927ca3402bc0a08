import type { FileContent } from '#schemas/ipc.ts';
import { readDrop } from './browser-files.ts';
import type { CallMain } from './desktop-bridge.ts';
import type { RendererPlatform, SavedFile } from './renderer-platform.ts';

/** What one message may carry: files.save-write takes no more. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Files by the system's own dialogs. The window never learns a path: it gets handles, and grants to show what it saved. */
export function createDesktopFiles(call: CallMain): Pick<RendererPlatform, 'saveFile' | 'pickFolder' | 'pickFiles' | 'readDrop'> {
  return {
    saveFile: (file) => saveFile(call, file),
    pickFolder: async () => (await call('files.pick', { kind: 'folder' }))?.[0] ?? null,
    pickFiles: () => call('files.pick', { kind: 'files' }),
    readDrop,
  };
}

async function saveFile(call: CallMain, { name, mediaType, bytes }: FileContent): Promise<SavedFile | null> {
  const begun = await call('files.save-begin', { suggestedName: name, mediaType });
  if (!begun) return null;
  const { handle } = begun;
  try {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      // A copy, not a view: a message carries the whole memory that a view stands on.
      await call('files.save-write', { handle, bytes: bytes.slice(at, at + PIECE_BYTES) });
    }
    const { place, grant } = await call('files.save-end', { handle });
    return { place, reveal: async () => void (await call('files.reveal', { grant })) };
  } catch (thrown) {
    // What went wrong first is what the author is told, whether or not the rest could be taken away.
    await call('files.save-cancel', { handle }).catch(() => undefined);
    throw thrown;
  }
}
