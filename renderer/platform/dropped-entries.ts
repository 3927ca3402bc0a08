export type DroppedEntry = { kind: 'file'; file: File } | { kind: 'folder'; name: string; files: { path: string; file: File }[] };

/** What was dropped: single files, and folders with all that is in them. Must be called inside the drop event. */
export function readDroppedEntries(data: DataTransfer): Promise<DroppedEntry[]> {
  // The items are emptied when the event ends: take them all before the first wait.
  const items = [...data.items].filter((item) => item.kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return Promise.all(items.flatMap(({ entry, file }) => openDropped(entry, file) ?? []));
}

/** Null: it is neither, such as a picture dragged from another page. */
function openDropped(entry: FileSystemEntry | null, file: File | null): Promise<DroppedEntry> | null {
  if (entry) return readEntry(entry);
  return file && Promise.resolve({ kind: 'file', file });
}

async function readEntry(entry: FileSystemEntry): Promise<DroppedEntry> {
  if (isDirectory(entry)) return { kind: 'folder', name: entry.name, files: await readFolder(entry, '') };
  return { kind: 'file', file: await openFile(entry) };
}

async function readFolder(folder: FileSystemDirectoryEntry, prefix: string): Promise<{ path: string; file: File }[]> {
  const files: { path: string; file: File }[] = [];
  for (const entry of await listEntries(folder)) {
    const path = prefix + entry.name;
    if (isDirectory(entry)) files.push(...(await readFolder(entry, `${path}/`)));
    else files.push({ path, file: await openFile(entry) });
  }
  return files;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function openFile(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}

/** All entries of a folder: a reader gives 100 at a time, and none when it is at the end. */
async function listEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}
