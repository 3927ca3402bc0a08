import { readFileSync, writeFileSync } from 'node:fs';
import type { Random } from '../random.ts';

const PAGE = 4096;

/** What disks, file systems and hands do to a file. Each changes a byte at least. */
const MUTILATIONS: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  'a bit was flipped': (bytes, random) => change(bytes, random.below(bytes.length), (byte) => byte ^ (1 << random.below(8))),
  'some bytes were flipped': (bytes, random) => {
    for (let left = 1 + random.below(20); left > 0; left -= 1) change(bytes, random.below(bytes.length), (byte) => byte ^ (1 + random.below(255)));
    return bytes;
  },
  'a letter was changed': (bytes, random) => {
    const start = random.below(bytes.length);
    const at = bytes.findIndex((byte, index) => index >= start && byte >= 97 && byte <= 121);
    return change(bytes, at < 0 ? start : at, (byte) => (byte + 1) & 255);
  },
  'a run of bytes is of something else': (bytes, random) => {
    const start = random.below(bytes.length);
    for (let at = start; at < Math.min(bytes.length, start + 1 + random.below(2 * PAGE)); at += 1) bytes[at] = random.below(256);
    return bytes;
  },
  'a page is empty': (bytes, random) => bytes.fill(0, ...pageOf(bytes, random)),
  'a page is that of another place': (bytes, random) => {
    bytes.copy(bytes, pageOf(bytes, random)[0], ...pageOf(bytes, random));
    return bytes;
  },
  'the end is missing': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'something was written behind the end': (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(PAGE), 1 + random.below(255))]),
};

function pageOf(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = PAGE * random.below(Math.ceil(bytes.length / PAGE));
  return [start, Math.min(bytes.length, start + PAGE)];
}

function change(bytes: Buffer, at: number, to: (byte: number) => number): Buffer {
  bytes[at] = to(bytes[at]!);
  return bytes;
}

/** Mutilates a file. @returns what was done to it, for the report */
export function mutilate(path: string, random: Random): string {
  const whole = readFileSync(path);
  for (;;) {
    const what = random.pick(Object.keys(MUTILATIONS));
    const bytes = MUTILATIONS[what]!(Buffer.from(whole), random);
    if (bytes.equals(whole)) continue;
    writeFileSync(path, bytes);
    return what;
  }
}
