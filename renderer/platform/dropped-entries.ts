import { isManuscriptFile, type ManuscriptTally } from './manuscript-limits.ts';

export type DroppedEntry = { kind: 'file'; file: File } | { kind: 'folder'; name: string; files: { path: string; file: File }[] };

/**
 * What was dropped: single files, and folders with the manuscript files in them. Must be called inside the drop event.
 * @throws RectoError too_large, by the tally; nothing has been loaded then
 */
export function readDroppedEntries(data: DataTransfer, tally: ManuscriptTally): Promise<DroppedEntry[]> {
  // The items are emptied when the event ends: take them all before the first wait.
  const items = [...data.items].filter((item) => item.kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return Promise.all(items.flatMap(({ entry, file }) => openDropped(entry, file, tally) ?? []));
}

/** Null: it is neither, such as a picture dragged from another page. */
function openDropped(entry: FileSystemEntry | null, file: File | null, tally: ManuscriptTally): Promise<DroppedEntry> | null {
  if (entry) return readEntry(entry, tally);
  return file && Promise.resolve({ kind: 'file', file: taken(file, tally) });
}

async function readEntry(entry: FileSystemEntry, tally: ManuscriptTally): Promise<DroppedEntry> {
  if (isDirectory(entry)) return { kind: 'folder', name: entry.name, files: await readFolder(entry, '', tally) };
  return { kind: 'file', file: taken(await openFile(entry), tally) };
}

async function readFolder(folder: FileSystemDirectoryEntry, prefix: string, tally: ManuscriptTally): Promise<{ path: string; file: File }[]> {
  const files: { path: string; file: File }[] = [];
  for await (const entry of listEntries(folder)) {
    tally.see();
    const path = prefix + entry.name;
    if (isDirectory(entry)) {
      // What is hidden holds no manuscript: a .git has more files than any book.
      if (!entry.name.startsWith('.')) files.push(...(await readFolder(entry, `${path}/`, tally)));
    } else if (isManuscriptFile(path)) {
      files.push({ path, file: taken(await openFile(entry), tally) });
    }
  }
  return files;
}

function taken(file: File, tally: ManuscriptTally): File {
  tally.take(file.size);
  return file;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function openFile(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}

/** The entries of a folder: a reader gives 100 at a time, and none when it is at the end. */
async function* listEntries(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    yield* batch;
  }
}
