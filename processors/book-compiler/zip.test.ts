import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { ZipWriter } from './zip.ts';

/** What the file's directory says of its only entry (APPNOTE §4.3.12). */
function directoryOf(bytes: Uint8Array): { crc: number; size: number } {
  const buffer = Buffer.from(bytes);
  const at = buffer.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  return { crc: buffer.readUInt32LE(at + 16), size: buffer.readUInt32LE(at + 24) };
}

it('puts what is given last before all that was written, in one entry with one checksum', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '汉'.repeat(30_000), 'x'.repeat(65_535), 'y'.repeat(65_536)));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (before, pieces) => {
      const zip = new ZipWriter();
      const entry = zip.open('a.txt');
      for (const piece of pieces) entry.write(piece);
      entry.end(before);
      const whole = new TextEncoder().encode(before + pieces.join(''));
      const bytes = zip.finish();
      expect(directoryOf(bytes)).toEqual({ crc: crc32(whole), size: whole.length });
      expect(strFromU8(unzipSync(bytes)['a.txt'] ?? new Uint8Array(0))).toBe(before + pieces.join(''));
    }),
    { numRuns: 60 },
  );
});
