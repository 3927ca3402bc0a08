import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { CallMain } from './desktop-bridge.ts';
import { createDesktopFiles } from './desktop-files.ts';

/** The program's side of a save: what was written, and what became of it. */
function createProgram(failAfter = Number.POSITIVE_INFINITY) {
  const written: Uint8Array[] = [];
  const said: string[] = [];
  const answers: Record<string, (input: { bytes?: Uint8Array }) => unknown> = {
    'files.save-begin': () => ({ handle: 'h' }),
    'files.save-write': ({ bytes }) => {
      if (written.length >= failAfter) throw new RectoError('storage_full', 'The disk is full.');
      written.push(bytes ?? new Uint8Array());
      return null;
    },
    'files.save-end': () => ({ place: 'in Documents as x.epub', grant: 'g' }),
    'files.save-cancel': () => null,
    'files.reveal': () => null,
  };
  const call = (async (name: string, input: object) => {
    said.push(name);
    return answers[name]?.(input);
  }) as unknown as CallMain;
  return { call, written, said };
}

const file = (bytes: Uint8Array) => ({ name: 'x.epub', mediaType: 'application/epub+zip', bytes });

test('a file of any length arrives whole, in pieces of at most 4 MiB that carry nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 13_000_000 }), async (length) => {
      const { call, written } = createProgram();
      const bytes = new Uint8Array(length).map((_, index) => index % 251);
      const saved = await createDesktopFiles(call).saveFile(file(bytes));
      expect(saved?.place).toBe('in Documents as x.epub');
      expect(Buffer.compare(Buffer.concat(written), Buffer.from(bytes))).toBe(0);
      for (const piece of written) expect(piece.buffer.byteLength).toBe(Math.min(piece.byteLength, 4 * 1024 * 1024));
    }),
    { numRuns: 6, verbose: true },
  );
});

test('what could not be written is taken back, and the author is told why', async () => {
  const { call, said } = createProgram(1);
  await expect(createDesktopFiles(call).saveFile(file(new Uint8Array(9_000_000)))).rejects.toMatchObject({ code: 'storage_full' });
  expect(said).toEqual(['files.save-begin', 'files.save-write', 'files.save-write', 'files.save-cancel']);
});

test('no place chosen is no file', async () => {
  const call = (async () => null) as unknown as CallMain;
  await expect(createDesktopFiles(call).saveFile(file(new Uint8Array(1)))).resolves.toBeNull();
  await expect(createDesktopFiles(call).pickFolder()).resolves.toBeNull();
});
