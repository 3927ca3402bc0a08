import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** How much of the log of writes (`-wal`) is whole. */
export interface LogState {
  /** The salts in its header, as hex digits: others each time it is begun anew. Null: there is no log. */
  salt: string | null;
  /** Frames that follow one from the other. */
  frames: number;
  /** What is damaged in it, as a phrase; null: nothing that can be told from the log alone. */
  damage: string | null;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/**
 * Reads the log that a crash left, as SQLite does when it opens the file (https://www.sqlite.org/fileformat2.html#walformat). SQLite drops
 * every frame from the first bad one on, without a word: where a crash left that frame torn, nothing was acknowledged behind it. But each
 * commit is on the disk before the next frame is written: behind a torn frame no commit has a frame that follows from it. Where one has, the
 * bad frame was whole once, and what was acknowledged would be lost.
 */
export function readLog(path: string): LogState {
  if (!existsSync(path)) return NO_LOG;
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const { size } = fstatSync(file);
      const header = Buffer.alloc(HEADER_BYTES);
      if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return NO_LOG;
      const form = readHeader(header);
      if (!form) return header.some((byte) => byte !== 0) || size > HEADER_BYTES ? { ...NO_LOG, damage: 'the log of writes beside it has lost its beginning' } : NO_LOG;
      const walked = walkFrames(file, form, Math.floor((size - HEADER_BYTES) / (FRAME_HEADER_BYTES + form.pageBytes)));
      const again = Buffer.alloc(HEADER_BYTES);
      readSync(file, again, 0, HEADER_BYTES, 0);
      // A running server may have begun it anew meanwhile.
      if (again.equals(header)) return { salt: form.salt, ...walked };
    }
  } finally {
    closeSync(file);
  }
}

const NO_LOG: LogState = { salt: null, frames: 0, damage: null };

interface Form {
  isBigEndian: boolean;
  pageBytes: number;
  salt: string;
  sum: Sum;
}

type Sum = [number, number];

function readHeader(header: Buffer): Form | null {
  const magic = header.readUInt32BE(0);
  const isBigEndian = magic === MAGIC + 1;
  if (!isBigEndian && magic !== MAGIC) return null;
  const sum = addUp([0, 0], header.subarray(0, 24), isBigEndian);
  if (sum[0] !== header.readUInt32BE(24) || sum[1] !== header.readUInt32BE(28)) return null;
  return { isBigEndian, pageBytes: header.readUInt32BE(8), salt: header.toString('hex', 16, 24), sum };
}

function walkFrames(file: number, { isBigEndian, pageBytes, salt, sum: start }: Form, count: number): Pick<LogState, 'frames' | 'damage'> {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + pageBytes);
  let frames = 0;
  let written = start;
  let isChain = true;
  let wasCommit = false;
  for (let index = 0; index < count; index += 1) {
    readSync(file, frame, 0, frame.length, HEADER_BYTES + index * frame.length);
    // Frames of other salts are from before the log was begun anew.
    const isCurrent = frame.toString('hex', 8, 16) === salt;
    const sum = addUp(addUp(written, frame.subarray(0, 8), isBigEndian), frame.subarray(FRAME_HEADER_BYTES), isBigEndian);
    written = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    const follows = isCurrent && sum[0] === written[0] && sum[1] === written[1];
    isChain &&= follows;
    if (isChain) frames += 1;
    else if (follows && wasCommit) return { frames, damage: `frame ${frames + 1} of the log of writes beside it is damaged, and commits stand behind it` };
    wasCommit = !isChain && isCurrent && frame.readUInt32BE(4) !== 0;
  }
  return { frames, damage: null };
}

/** SQLite's checksum: two sums over pairs of 32-bit words. */
function addUp([first, second]: Sum, bytes: Buffer, isBigEndian: boolean): Sum {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
