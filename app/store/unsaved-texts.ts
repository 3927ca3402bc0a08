/** Texts that were typed when the window went: kept in the platform's journal, brought into the library at the next start. */
import { mergeProse } from '../domain/merge-prose.ts';
import type { Journal } from '../ports.ts';
import type { BlobStore } from './blob-store.ts';
import { contentOf, withContent } from './draft-content.ts';
import type { UnsavedText } from './draft-session.ts';

interface Entry {
  draftId: string;
  /** The text of the library that `text` descends from. */
  base: string;
  text: string;
}

export interface UnsavedPlace {
  libraryName: string;
  draftId: string;
  /** Two windows may write in one draft. */
  sessionId: string;
}

function prefixOf(libraryName: string): string {
  return `unsaved:${libraryName}:`;
}

export function keepUnsaved(journal: Journal, { libraryName, draftId, sessionId }: UnsavedPlace): UnsavedText {
  const key = prefixOf(libraryName) + sessionId;
  return {
    keep: (base, text) => journal.write(key, JSON.stringify({ draftId, base, text } satisfies Entry)),
    forget: () => journal.remove(key),
  };
}

/**
 * Merges what is kept into the drafts. What can't be stored now stays kept.
 * @throws RectoError storage_full, storage_failed
 */
export async function recoverUnsaved(journal: Journal, libraryName: string, blobs: BlobStore): Promise<void> {
  for (const { key, value } of journal.read()) {
    if (!key.startsWith(prefixOf(libraryName))) continue;
    const entry = readEntry(value);
    if (!entry) continue;
    const [draft] = await blobs.changeMany([entry.draftId], (stored) => withContent(stored, mergeProse(entry.base, entry.text, contentOf(stored)).text));
    if (draft) journal.remove(key);
  }
}

function readEntry(value: string): Entry | null {
  try {
    const { draftId, base, text } = JSON.parse(value) as Partial<Entry>;
    return typeof draftId === 'string' && typeof base === 'string' && typeof text === 'string' ? { draftId, base, text } : null;
  } catch {
    // Written by another version, or cut off: it stays, for whoever can read it.
    return null;
  }
}
