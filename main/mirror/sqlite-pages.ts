/**
 * Reads the pages of an SQLite file that SQLite itself may refuse, and of its WAL: every cell of every leaf, whatever
 * the trees above are like (file format: sqlite.org/fileformat2.html §1.6 pages, §2 records, §4 WAL). Nothing that is
 * read here is trusted: whoever takes a record checks its checksum.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PAGE_SIZE } from './layout.ts';
import { identityOf } from './library-connection.ts';
import { codeOf } from './mirror-error.ts';

export type SqlValue = string | number | null;

export interface RawCell {
  tree: 'table' | 'index';
  /** A long record is spread over pages; where the file and the WAL have several states of those, each gives a reading. */
  readings(): Iterable<SqlValue[]>;
}

type ReadPage = (pageNumber: number) => Buffer | null;

const INDEX_LEAF = 0x0a;
const INDEX_INTERIOR = 0x02;
const TABLE_INTERIOR = 0x05;
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
/** No record of ours is longer: a row is 9.5 million characters at most. */
const LONGEST_RECORD = 64 * 1024 * 1024;

/** Every cell that can be found in the file and its WAL, or in the WAL alone. */
export function* readRawCells(path: string, from: 'both' | 'wal' = 'both'): Generator<RawCell> {
  const file = from === 'both' ? openPages(path, 0, 0) : null;
  const wal = openPages(`${path}-wal`, WAL_HEADER, FRAME_HEADER);
  try {
    const base = file ?? (from === 'wal' ? openPages(path, 0, 0) : null);
    try {
      const fromFile: ReadPage = (pageNumber) => base?.read(pageNumber - 1) ?? null;
      const frames = wal ? framesByPage(wal) : new Map<number, number[]>();
      const fromWal = (atMost: number): ReadPage => (pageNumber) => {
        const frame = frames.get(pageNumber)?.findLast((frame) => frame <= atMost);
        return frame === undefined ? fromFile(pageNumber) : wal!.read(frame);
      };
      const newest = fromWal(Number.POSITIVE_INFINITY);
      for (let index = 0; file && index < file.count; index++) yield* cellsOf(file.read(index), index === 0, [fromFile, newest]);
      for (const [pageNumber, ofPage] of frames) {
        for (const frame of ofPage) yield* cellsOf(wal!.read(frame), pageNumber === 1, [newest, fromWal(endOfTransaction(wal!, frame)), fromFile]);
      }
    } finally {
      if (base !== file) base?.close();
    }
  } finally {
    file?.close();
    wal?.close();
  }
}

interface Pages {
  count: number;
  read(index: number): Buffer | null;
  header(index: number): Buffer;
  close(): void;
}

/** @param skip bytes before the first page; @param before bytes before each */
function openPages(path: string, skip: number, before: number): Pages | null {
  if (identityOf(path) === null) return null;
  const file = openSync(path, 'r');
  const bytes = (length: number, at: number): Buffer | null => {
    const buffer = Buffer.alloc(length);
    try {
      return readSync(file, buffer, 0, length, at) === length ? buffer : null;
    } catch (thrown) {
      // A bad sector of the disk: the pages around it are still worth reading.
      if (codeOf(thrown) === 'EIO') return null;
      throw thrown;
    }
  };
  const stride = before + PAGE_SIZE;
  const count = Math.max(0, Math.floor((fstatSync(file).size - skip) / stride));
  return {
    count,
    read: (index) => (index >= 0 && index < count ? bytes(PAGE_SIZE, skip + index * stride + before) : null),
    header: (index) => bytes(before, skip + index * stride) ?? Buffer.alloc(before),
    close: () => closeSync(file),
  };
}

/** Page number to its frames, in the order of writing. Frames that a newer WAL has not overwritten yet are older states. */
function framesByPage(wal: Pages): Map<number, number[]> {
  const frames = new Map<number, number[]>();
  for (let frame = 0; frame < wal.count; frame++) {
    const pageNumber = wal.header(frame).readUInt32BE(0);
    const ofPage = frames.get(pageNumber);
    if (ofPage) ofPage.push(frame);
    else frames.set(pageNumber, [frame]);
  }
  return frames;
}

/** A commit's last frame says how large the file is after it; the others say 0. */
function endOfTransaction(wal: Pages, frame: number): number {
  let end = frame;
  while (end < wal.count - 1 && wal.header(end).readUInt32BE(4) === 0) end++;
  return end;
}

function* cellsOf(page: Buffer | null, isFirst: boolean, views: readonly ReadPage[]): Generator<RawCell> {
  if (!page) return;
  const start = isFirst ? 100 : 0;
  const type = page[start]!;
  // A page of any other type may be a leaf whose first byte was changed; overflow pages begin with a zero.
  if (type === TABLE_INTERIOR || type === 0) return;
  const tree = type === INDEX_LEAF || type === INDEX_INTERIOR ? 'index' : 'table';
  const interior = type === INDEX_INTERIOR;
  const pointers = start + (interior ? 12 : 8);
  const count = Math.min(page.readUInt16BE(start + 3), Math.floor((PAGE_SIZE - pointers) / 2));
  for (let i = 0; i < count; i++) {
    const at = page.readUInt16BE(pointers + 2 * i) + (interior ? 4 : 0);
    if (at < pointers || at >= PAGE_SIZE - 3) continue;
    yield { tree, readings: () => readRecords(page, at, tree, views) };
  }
}

function* readRecords(page: Buffer, at: number, tree: 'table' | 'index', views: readonly ReadPage[]): Generator<SqlValue[]> {
  const length = readVarint(page, at);
  if (!length || length.value > LONGEST_RECORD) return;
  const rowid = tree === 'table' ? readVarint(page, length.next) : length;
  if (!rowid) return;
  const begin = rowid.next;
  const local = localLength(length.value, tree);
  if (begin + local > PAGE_SIZE) return;
  const here = page.subarray(begin, begin + local);
  const number = tree === 'table' ? rowid.value : null;
  if (local === length.value) {
    const record = readRecord(here, number);
    if (record) yield record;
    return;
  }
  if (begin + local + 4 > PAGE_SIZE) return;
  const overflow = page.readUInt32BE(begin + local);
  for (const view of views) {
    const payload = readOverflow(here, length.value, overflow, view);
    const record = payload && readRecord(payload, number);
    if (record) yield record;
  }
}

/** How much of a record lies in its cell: file format §1.6, 'U', 'X', 'M' and 'K'. */
function localLength(length: number, tree: 'table' | 'index'): number {
  const most = tree === 'table' ? PAGE_SIZE - 35 : Math.floor(((PAGE_SIZE - 12) * 64) / 255) - 23;
  if (length <= most) return length;
  const least = Math.floor(((PAGE_SIZE - 12) * 32) / 255) - 23;
  const share = least + ((length - least) % (PAGE_SIZE - 4));
  return share <= most ? share : least;
}

function readOverflow(here: Buffer, length: number, first: number, read: ReadPage): Buffer | null {
  const parts = [here];
  let got = here.length;
  for (let next = first; got < length; ) {
    const page = next === 0 ? null : read(next);
    if (!page) return null;
    const part = page.subarray(4, 4 + Math.min(PAGE_SIZE - 4, length - got));
    parts.push(part);
    got += part.length;
    next = page.readUInt32BE(0);
  }
  return Buffer.concat(parts, length);
}

/** @param rowid stands in for a first column of NULL: so a table keeps its INTEGER PRIMARY KEY (§2.3) */
function readRecord(payload: Buffer, rowid: number | null): SqlValue[] | null {
  const header = readVarint(payload, 0);
  if (!header || header.value > payload.length || header.value > 100) return null;
  const values: SqlValue[] = [];
  let at = header.value;
  for (let next = header.next; next < header.value; ) {
    const type = readVarint(payload, next);
    if (!type) return null;
    next = type.next;
    const length = lengthOfType(type.value);
    if (length === null || at + length > payload.length) return null;
    values.push(readValue(payload, at, type.value, length));
    at += length;
  }
  if (at !== payload.length) return null;
  if (rowid !== null && values[0] === null) values[0] = rowid;
  return values;
}

/** Serial types: file format §2.1. Null: a blob or a reserved one, which no table of ours has. */
function lengthOfType(type: number): number | null {
  if (type >= 13 && type % 2 === 1) return (type - 13) / 2;
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? null;
}

function readValue(payload: Buffer, at: number, type: number, length: number): SqlValue {
  if (type === 0) return null;
  if (type >= 13) return payload.toString('utf8', at, at + length);
  if (type === 7) return payload.readDoubleBE(at);
  if (type === 6) return Number(payload.readBigInt64BE(at));
  return type >= 8 ? type - 8 : payload.readIntBE(at, length);
}

function readVarint(buffer: Buffer, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = buffer[at + i];
    if (byte === undefined) return null;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return null; // nine bytes: a negative or a huge number, which no length of ours is
}
