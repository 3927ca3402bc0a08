import type { ImportInput, ManuscriptFile } from '#processors/contract/manuscript.ts';
import { readDroppedEntries } from './dropped-entries.ts';
import { createTally, isManuscriptFile } from './manuscript-limits.ts';
import type { RendererPlatform, SavedFile } from './renderer-platform.ts';

type Files = Pick<RendererPlatform, 'saveFile' | 'pickFolder' | 'pickFiles' | 'readDrop'>;

const SINGLE_FILES = '.docx,.epub,.html,.htm,.xhtml,.md,.markdown,.rtf,.txt,.zip';

/** Long enough for the browser to have taken the file up, so that its memory can be given back. */
const DOWNLOAD_STARTED_MS = 60_000;

async function readBytes(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Opens the system's picker. Resolves with no files when it is closed. */
function pick(prepare: (input: HTMLInputElement) => void): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    prepare(input);
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

/** A folder's files, paths relative to it. */
async function toFolder(files: readonly { path: string; file: File }[], name: string): Promise<ImportInput> {
  const read: ManuscriptFile[] = [];
  for (const { path, file } of files) read.push({ path, bytes: await readBytes(file) });
  return { kind: 'folder', name, files: read };
}

async function pickFolder(): Promise<ImportInput | null> {
  const files = await pick((input) => {
    input.webkitdirectory = true;
  });
  const first = files[0];
  if (!first) return null;
  const name = first.webkitRelativePath.split('/')[0] ?? 'folder';
  const wanted = files.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/'), file })).filter(({ path }) => isManuscriptFile(path));
  const tally = createTally();
  for (const { file } of wanted) tally.take(file.size);
  return toFolder(wanted, name);
}

async function pickFiles(): Promise<ImportInput[] | null> {
  const files = await pick((input) => {
    input.multiple = true;
    input.accept = SINGLE_FILES;
  });
  if (files.length === 0) return null;
  const tally = createTally();
  for (const file of files) tally.take(file.size);
  return Promise.all(files.map(async (file) => ({ kind: 'file', name: file.name, bytes: await readBytes(file) }) as const));
}

/** Also a desktop window's: what is dropped on it is a browser's. */
export async function readDrop(data: DataTransfer): Promise<ImportInput[]> {
  const dropped = await readDroppedEntries(data, createTally());
  return Promise.all(
    dropped.map(async (entry) =>
      entry.kind === 'folder' ? toFolder(entry.files, entry.name) : ({ kind: 'file', name: entry.file.name, bytes: await readBytes(entry.file) } as const),
    ),
  );
}

async function saveFile({ name, mediaType, bytes }: { name: string; mediaType: string; bytes: Uint8Array }): Promise<SavedFile> {
  // Copied into a buffer of its own: a Blob takes no view on memory that may be shared.
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTED_MS);
  return { place: 'in your downloads' };
}

/** Files by the means every browser has: pickers, drops and downloads. */
export function createBrowserFiles(): Files {
  return { saveFile, pickFolder, pickFiles, readDrop };
}
