import { describe, expect, it } from 'vitest';
import { makePng, TINY_GIF, TINY_JPEG } from '../book-compiler/test-support/made-pictures.ts';
import { addressOfPicture, pictureIdOf, readPictureHead } from './pictures.ts';

const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a picture', () => {
  it.each([
    ['PNG', makePng(30, 20), { mediaType: 'image/png', width: 30, height: 20 }],
    ['JPEG', TINY_JPEG, { mediaType: 'image/jpeg', width: 2, height: 1 }],
    ['GIF', TINY_GIF, { mediaType: 'image/gif', width: 3, height: 2 }],
  ])('is known by its bytes: %s', (_name, bytes, head) => {
    expect(readPictureHead(bytes)).toEqual(head);
  });

  it.each([
    ['SVG', textBytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['a page', textBytes('<!DOCTYPE html><html></html>')],
    ['nothing', new Uint8Array(0)],
    ['a PNG without its size', makePng(3, 3).subarray(0, 14)],
    ['a JPEG that ends at once', new Uint8Array([0xff, 0xd8, 0xff])],
    ['a JPEG of nothing but a mark', new Uint8Array(50_000).fill(0xff).fill(0xd8, 1, 2)],
    ['WebP', textBytes('RIFF\x24\0\0\0WEBPVP8 ')],
  ])('is not %s', (_name, bytes) => {
    expect(readPictureHead(bytes)).toBeNull();
  });

  it('of more dots than a book prints is none, whatever few bytes say so', () => {
    const bomb = makePng(1, 1);
    new DataView(bomb.buffer).setUint32(16, 60_000);
    new DataView(bomb.buffer).setUint32(20, 60_000);
    expect(readPictureHead(bomb)).toBeNull();
  });

  it('is named by its blob, and by nothing else', () => {
    expect(pictureIdOf(addressOfPicture('019a0000-0000-7000-8000-00000000000a'))).toBe('019a0000-0000-7000-8000-00000000000a');
    for (const address of ['image:', 'image:../../etc', 'https://example.org/a.png', 'a.png', 'image:a b']) expect(pictureIdOf(address)).toBeNull();
  });
});
