/** Pictures of a book: how its texts name them, what files they may be, and how large. */
import { GIF } from 'image-size/types/gif';
import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { ImageV1 } from '#schemas/generated/types.ts';
import { fromBase64 } from './base64.ts';

/** Of one picture (`image-v1`), bytes: a printed page at 300 dots per inch fits, and a row of the sync has room for it. */
export const MOST_PICTURE_BYTES = 2_000_000;

/** What a picture's own bytes say of it. */
export interface PictureHead {
  mediaType: ImageV1['media_type'];
  /** Pixels, as it is seen. */
  width: number;
  height: number;
}

/** Where a text's picture comes from, by the address that the text has for it. Null: there is none; never from a network. */
export type ReadPicture = (address: string) => Promise<Uint8Array | null>;

/** Such as `picture.jpg`'s. */
export const PICTURE_EXTENSIONS: Readonly<Record<ImageV1['media_type'], string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif' };

const SCHEME = 'image:';

/** How Markdown names a picture of the library: `![alternative text](image:<id>)`. */
export function addressOfPicture(blobId: string): string {
  return SCHEME + blobId;
}

/** The blob that an address names; null for every other address. */
export function pictureIdOf(address: string): string | null {
  return /^image:[\w-]{1,100}$/.test(address) ? address.slice(SCHEME.length) : null;
}

/** More is nothing that a book prints, and a file of few bytes can claim it. */
const MOST_DOTS = 40_000_000;
const LONGEST_SIDE = 65_535;

/** A quarter turn, as a camera held upright writes it (Exif 2.32 §4.6.4, Orientation). */
const TURNED = 5;

/**
 * What a file is, by its first bytes, whatever its name says; null: no picture of the three kinds, or one that is broken at its
 * beginning. SVG is none of them: it can hold scripts.
 */
export function readPictureHead(bytes: Uint8Array): PictureHead | null {
  try {
    for (const [mediaType, kind] of [['image/jpeg', JPG], ['image/png', PNG], ['image/gif', GIF]] as const) {
      if (!kind.validate(bytes)) continue;
      const { width, height, orientation = 1 } = kind.calculate(bytes);
      if (width === 0 || height === 0 || Math.max(width, height) > LONGEST_SIDE || width * height > MOST_DOTS) return null;
      return orientation >= TURNED ? { mediaType, width: height, height: width } : { mediaType, width, height };
    }
  } catch {
    // The answer: a file that ends before it says how large it is.
  }
  return null;
}

/** The file that a blob holds; null where it holds none. */
export function bytesOfPicture(blob: Blob | null): Uint8Array<ArrayBuffer> | null {
  if (!blob || blob.deleted || !isBlobOf(blob, 'image-v1')) return null;
  try {
    return fromBase64(blob.data.content);
  } catch {
    return null; // what another program wrote under this schema is no picture
  }
}
