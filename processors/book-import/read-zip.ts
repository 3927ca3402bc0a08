/**
 * Reads chosen entries of a zip (PKWARE APPNOTE 6.3.3) in bounded memory: what is inflated is counted while it is
 * inflated, whatever the headers declare.
 */
import { Inflate } from 'fflate';
import { RectoError } from '#schemas/errors.ts';
import { updateCrc } from '../book-compiler/crc32.ts';

export interface ZipLimits {
  entries: number;
  /** Of all that is read, inflated. */
  bytes: number;
  /** Of one: what has more, is broken, or finds no room any more is passed over. Absent: then all is refused. */
  each?: number;
}

interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  crc: number;
  compressed: number;
  size: number;
  offset: number;
}

/** More than any format that is a zip has. */
const MOST_ENTRIES = 65_535;

const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
/** deflate makes at most 1,032 bytes of one, so a push gives at most 17 MB before it is counted. */
const PIECE = 16 * 1024;

/** The names of what is in a zip, none of it unpacked. @throws RectoError import_damaged, too_large */
export function listZip(bytes: Uint8Array, label: string): string[] {
  const names: string[] = [];
  readZip(bytes, (name) => names.push(name) < 0, { entries: MOST_ENTRIES, bytes: 0 }, label);
  return names;
}

/**
 * @param wanted which entries to read, by name
 * @param label what the author knows the file by
 * @throws RectoError import_damaged, too_large
 */
export function readZip(bytes: Uint8Array, wanted: (name: string) => boolean, limits: ZipLimits, label: string): Map<string, Uint8Array> {
  const damaged = (why: string): RectoError =>
    new RectoError('import_damaged', `“${label}” is damaged (${why}). Nothing was imported. Open it in the program that it comes from, save it again, then import that.`);
  const tooLarge = (): RectoError =>
    new RectoError('too_large', `“${label}” unpacks to more than ${Math.round(limits.bytes / 1e6)} MB of text, which no manuscript is. Nothing was imported.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readDirectory(bytes, view, limits, damaged, tooLarge);
  // No checksum covers a name: an entry whose two names differ would be passed over, such as a document's styles.
  for (const entry of directory) if (!bearsName(bytes, view, entry)) throw damaged(`${entry.name} is missing`);
  const entries = directory.filter((entry) => wanted(entry.name));
  if (limits.each !== undefined) return readSound(entries, limits.bytes, limits.each, (entry, room) => readEntry(bytes, view, entry, room, damaged, tooLarge));
  if (entries.reduce((sum, entry) => sum + entry.size, 0) > limits.bytes) throw tooLarge();
  const files = new Map<string, Uint8Array>();
  let left = limits.bytes;
  for (const entry of entries) {
    if (entry.encrypted) throw damaged('it is encrypted');
    const content = readEntry(bytes, view, entry, left, damaged, tooLarge);
    left -= content.length;
    files.set(entry.name, content);
  }
  return files;
}

/** Whatever the headers say, no more is inflated than `most`: a broken entry has used up its room. */
function readSound(entries: readonly Entry[], most: number, each: number, read: (entry: Entry, room: number) => Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let left = most;
  for (const entry of entries) {
    const room = Math.min(left, each);
    if (entry.encrypted || entry.size > room) continue;
    try {
      const content = read(entry, room);
      left -= content.length;
      files.set(entry.name, content);
    } catch (thrown) {
      if (!(thrown instanceof RectoError)) throw thrown;
      left -= room;
    }
  }
  return files;
}

function readDirectory(bytes: Uint8Array, view: DataView, limits: ZipLimits, damaged: (why: string) => RectoError, tooLarge: () => RectoError): Entry[] {
  let end = bytes.length - END_SIZE;
  const lowest = Math.max(0, end - 0xffff);
  while (end >= lowest && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < lowest || bytes.length < END_SIZE) throw damaged('its end is missing');
  const count = view.getUint16(end + 10, true);
  if (count > limits.entries) throw tooLarge();
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_SIZE > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged('its list of contents is broken');
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength)),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += CENTRAL_SIZE + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Whether the entry begins where the list of contents says, under the name that it has there. */
function bearsName(bytes: Uint8Array, view: DataView, { offset, name }: Entry): boolean {
  if (offset + LOCAL_SIZE > bytes.length || view.getUint32(offset, true) !== 0x04034b50) return false;
  const start = offset + LOCAL_SIZE;
  return new TextDecoder().decode(bytes.subarray(start, start + view.getUint16(offset + 26, true))) === name;
}

function readEntry(bytes: Uint8Array, view: DataView, entry: Entry, limit: number, damaged: (why: string) => RectoError, tooLarge: () => RectoError): Uint8Array {
  const start = entry.offset + LOCAL_SIZE + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  if (start + entry.compressed > bytes.length) throw damaged(`${entry.name} is cut off`);
  const data = bytes.subarray(start, start + entry.compressed);
  if (entry.method !== 0 && entry.method !== 8) throw damaged(`${entry.name} is packed in a way that only few programs know`);
  const content = entry.method === 0 ? data : inflate(data, limit, entry.name, damaged, tooLarge);
  if (content.length > limit) throw tooLarge();
  if (updateCrc(0, content) !== entry.crc) throw damaged(`${entry.name} has changed since it was written`);
  return content;
}

function inflate(data: Uint8Array, limit: number, name: string, damaged: (why: string) => RectoError, tooLarge: () => RectoError): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const inflater = new Inflate((chunk) => {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  });
  try {
    for (let at = 0; at < data.length; at += PIECE) inflater.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
  } catch (error) {
    if (error instanceof RectoError) throw error;
    throw Object.assign(damaged(`${name} can’t be unpacked`), { cause: error });
  }
  const content = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    content.set(chunk, offset);
    offset += chunk.length;
  }
  return content;
}
