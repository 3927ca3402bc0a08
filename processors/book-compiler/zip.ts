/**
 * A zip writer over fflate's deflate (format: PKWARE APPNOTE 6.3.3). fflate's own streaming `Zip` puts a data
 * descriptor behind each entry, also behind a stored one, which readers built on Java's ZipInputStream refuse; an
 * EPUB's first entry is stored. Here each entry's sizes are known before its header is written.
 *
 * Every entry has the same date, so the same parts give the same bytes.
 */
import { Deflate } from 'fflate';
import { joinCrc, updateCrc } from './crc32.ts';

/** 1980-01-01 00:00, the first date that zip knows, as DOS date and time. */
const DOS_DATE = 0x21;
const DOS_TIME = 0;
const VERSION = 20;
/** Bit 11: names are UTF-8. */
const FLAGS = 0x0800;
const LEVEL = 6;

interface Entry {
  name: Uint8Array;
  method: 0 | 8;
  crc: number;
  compressed: number;
  size: number;
  offset: number;
}

/** One deflated entry that is written piece by piece. */
export interface ZipEntryWriter {
  write(text: string): void;
  /** @param before what stands first of all, though it is known last, such as how long the rest is */
  end(before?: string): void;
}

const encoder = new TextEncoder();

export class ZipWriter {
  readonly #chunks: Uint8Array[] = [];
  readonly #entries: Entry[] = [];
  #offset = 0;

  /** An entry as it is, uncompressed. */
  store(name: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    this.#add(name, 0, [bytes], updateCrc(0, bytes), bytes.length);
  }

  /** A deflated entry. */
  add(name: string, text: string): void {
    const entry = this.open(name);
    entry.write(text);
    entry.end();
  }

  /** A deflated entry in pieces; it takes its place in the file when it ends. Others may be added meanwhile. */
  open(name: string): ZipEntryWriter {
    const chunks: Uint8Array[] = [];
    let crc = 0;
    let size = 0;
    const deflate = new Deflate({ level: LEVEL }, (chunk) => chunks.push(chunk));
    return {
      write: (text) => {
        if (text === '') return;
        const bytes = encoder.encode(text);
        crc = updateCrc(crc, bytes);
        size += bytes.length;
        deflate.push(bytes);
      },
      end: (before = '') => {
        deflate.push(new Uint8Array(0), true);
        const bytes = encoder.encode(before);
        this.#add(name, 8, [...storedBlocks(bytes), ...chunks], joinCrc(updateCrc(0, bytes), crc, size), bytes.length + size);
      },
    };
  }

  /** The whole file. */
  finish(): Uint8Array {
    const start = this.#offset;
    for (const entry of this.#entries) this.#push(centralHeader(entry));
    this.#push(endRecord(this.#entries.length, this.#offset - start, start));
    return joinBytes(this.#chunks);
  }

  #add(name: string, method: 0 | 8, chunks: Uint8Array[], crc: number, size: number): void {
    const compressed = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const entry: Entry = { name: encoder.encode(name), method, crc, compressed, size, offset: this.#offset };
    this.#entries.push(entry);
    this.#push(localHeader(entry));
    for (const chunk of chunks) this.#push(chunk);
  }

  #push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#offset += bytes.length;
  }
}

/** The most that a stored block holds, bytes. */
const STORED_BLOCK = 0xffff;

/** Bytes as blocks of a deflate stream that are stored as they are and end at a byte's edge: whatever stream may follow (RFC 1951 §3.2.4). */
function storedBlocks(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += STORED_BLOCK) {
    const block = bytes.subarray(from, from + STORED_BLOCK);
    blocks.push(record([[0, 1], [block.length, 2], [~block.length & 0xffff, 2]], block));
  }
  return blocks;
}

export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

function localHeader(entry: Entry): Uint8Array {
  return record([[0x04034b50, 4], [VERSION, 2], ...commonFields(entry), [0, 2]], entry.name);
}

function centralHeader(entry: Entry): Uint8Array {
  // Made by: 3 (Unix) in the high byte; then no extra field, no comment, disk 0, no attributes.
  const tail: Field[] = [[0, 2], [0, 2], [0, 2], [0, 2], [0o100644 << 16, 4], [entry.offset, 4]];
  return record([[0x02014b50, 4], [0x0300 | VERSION, 2], [VERSION, 2], ...commonFields(entry), ...tail], entry.name);
}

function commonFields(entry: Entry): Field[] {
  return [[FLAGS, 2], [entry.method, 2], [DOS_TIME, 2], [DOS_DATE, 2], [entry.crc, 4], [entry.compressed, 4], [entry.size, 4], [entry.name.length, 2]];
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  return record([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]], new Uint8Array(0));
}

/** A number and how many bytes it takes, little endian. */
type Field = [value: number, bytes: 1 | 2 | 4];

function record(fields: readonly Field[], content: Uint8Array): Uint8Array {
  const length = fields.reduce((sum, [, bytes]) => sum + bytes, 0);
  const bytes = new Uint8Array(length + content.length);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [value, size] of fields) {
    if (size === 1) view.setUint8(offset, value);
    else if (size === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value >>> 0, true);
    offset += size;
  }
  bytes.set(content, length);
  return bytes;
}
