import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintText } from './fingerprint.ts';

test('one changed, added or moved character changes the fingerprint; the same text keeps it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (text, place, insert) => {
      const at = place % text.length;
      expect(fingerprintText(`${text}`)).toBe(fingerprintText(text));
      expect(fingerprintText(text.slice(0, at) + insert + text.slice(at))).not.toBe(fingerprintText(text));
      const moved = text.slice(at) + text.slice(0, at);
      expect(fingerprintText(moved) === fingerprintText(text)).toBe(moved === text);
    }),
  );
});
