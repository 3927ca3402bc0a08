/** Libraries of accounts that were deleted, until what is in them is in the library without an account and no window has them open. */
import { removeRxDatabase } from 'rxdb';
import type { AppCore } from '../app-core.ts';
import type { Platform } from '../ports.ts';
import type { Session } from '../recto-app.ts';
import { scanRows, type BlobRow } from '../sync/meta-storage.ts';
import { copyRows, copyTrash } from './copy-rows.ts';
import { openLibrary, type Library } from './library.ts';
import { hasManyWindows, libraryName } from './open-database.ts';

const KEY = 'left-libraries';
/** Where nobody else has the database open this window leads at once. */
const LEADERSHIP_MS = 3_000;

interface Left {
  session: Session;
  /** The last row that was copied: what was copied is the other library's own from then on. Null: none was. */
  since: Place | null;
}

/** In the order of writing, as RxDB's storages count it. */
interface Place {
  id: string;
  lwt: number;
}

type Parts = Pick<AppCore, 'device' | 'library' | 'openLocalLibrary'>;

/** From now on this account's library on this device is nobody's. */
export async function leaveLibrary({ device }: Pick<Parts, 'device'>, session: Session): Promise<void> {
  await device.set(KEY, [...(await readLeft(device)), { session, since: null }]);
}

/**
 * Copies them into the library without an account, and at a start removes them. One that another window has open, in which its author may
 * still write, stays: the next start copies what came to it since.
 * @param isStart who has a database open before this window opens it leads it. In the middle of things that says nothing: the window that closed
 *   it a moment ago may have led, and whoever is quicker comes next
 * @returns how many books they held
 * @throws RectoError storage_full, storage_failed: nothing is removed that was not copied
 */
export async function emptyLeftLibraries(parts: Parts, platform: Platform, isStart: boolean): Promise<number> {
  let books = 0;
  for (const left of await readLeft(parts.device)) books += await emptyLibrary(parts, platform, left, isStart);
  return books;
}

async function emptyLibrary(parts: Parts, platform: Platform, { session, since }: Left, isStart: boolean): Promise<number> {
  const left = await openLibrary(platform, session, undefined, false);
  let isAlone = false;
  let copied = { books: 0, since };
  try {
    // Asked before the copy: whoever leads the whole time is alone with it.
    isAlone = isStart && (await leads(left));
    copied = await withLocalLibrary(parts, (local) => copyBooks(left, since, local));
  } finally {
    await left.close();
  }
  const others = (await readLeft(parts.device)).filter((other) => libraryName(other.session) !== libraryName(session));
  if (isAlone) await removeRxDatabase(libraryName(session), platform.storage, hasManyWindows(platform));
  else others.push({ session, since: copied.since });
  await parts.device.set(KEY, others.length > 0 ? others : null);
  return copied.books;
}

async function leads({ database }: Library): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), LEADERSHIP_MS);
  });
  return await Promise.race([database.waitForLeadership(), late]).finally(() => clearTimeout(timer));
}

/** The one that is open, where it is that; a database is open once in a window. */
async function withLocalLibrary<T>({ library, openLocalLibrary }: Parts, work: (local: Library) => Promise<T>): Promise<T> {
  const current = await library();
  if (!current.session) return await work(current);
  const local = await openLocalLibrary();
  try {
    return await work(local);
  } finally {
    await local.close();
  }
}

async function copyBooks(from: Library, since: Place | null, to: Library): Promise<{ books: number; since: Place | null }> {
  let books = 0;
  let last = since;
  for await (const rows of scanRows<BlobRow>(from.blobs.collection.storageInstance as never, since)) {
    const living = rows.filter((row) => !row._deleted);
    books += living.filter((row) => row.schema_id === 'book-v1').length;
    await copyRows(living, to);
    await copyTrash(rows.filter((row) => row._deleted), to);
    const end = rows.at(-1);
    if (end) last = { id: end.id, lwt: end._meta.lwt };
  }
  return { books, since: last };
}

async function readLeft(device: Parts['device']): Promise<Left[]> {
  const value = await device.get(KEY);
  return Array.isArray(value) ? (value as Left[]) : [];
}
