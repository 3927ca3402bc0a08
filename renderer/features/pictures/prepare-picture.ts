/** Makes of a file that an author brings one that every format of a book can hold. */
import type { PictureFile } from '#app/store/picture-blobs.ts';
import { MOST_PICTURE_BYTES, readPictureHead } from '#processors/contract/pictures.ts';
import { RectoError } from '#schemas/errors.ts';

export interface PreparedPicture {
  file: PictureFile;
  /** What was done to it; null: nothing, it is the author's own bytes. */
  note: string | null;
}

/** Nothing larger is read at all. */
const MOST_READ_BYTES = 100_000_000;
/** Dots: nine inches at 300 to the inch. */
const LONGEST_SIDE = 2_700;
const QUALITY = 0.88;
const SMALLER = 0.8;

/**
 * JPEG, PNG and GIF that are small enough stay as they are; what else this browser can show is drawn anew, as JPEG.
 * @throws RectoError import_unsupported, too_large
 */
export async function preparePicture(given: File): Promise<PreparedPicture> {
  const { name } = given;
  if (given.size > MOST_READ_BYTES) throw new RectoError('too_large', `“${name}” has ${Math.round(given.size / 1e6)} MB, more than any picture of a book. Nothing was inserted.`);
  const bytes = new Uint8Array(await given.arrayBuffer());
  if (readPictureHead(bytes) && bytes.length <= MOST_PICTURE_BYTES) return { file: { bytes, name }, note: null };
  if (isSvg(given, bytes)) throw new RectoError('import_unsupported', `“${name}” is an SVG, which can hold scripts; a book takes none. Save the drawing as PNG and insert that.`);
  const drawn = await createImageBitmap(new Blob([bytes])).catch((cause: unknown) => {
    throw new RectoError('import_unsupported', `“${name}” is no picture that can be read here. Save it as JPEG or PNG and insert that.`, { cause });
  });
  try {
    const small = await drawSmaller(drawn);
    const note = `“${name}” was drawn anew as a JPEG of ${small.width} × ${small.height} dots, so that every format takes it. The file itself is as it was.`;
    return { file: { bytes: small.bytes, name: `${name.replace(/\.[^.]*$/, '')}.jpg` }, note };
  } finally {
    drawn.close();
  }
}

/** By its bytes, whatever it is called. */
function isSvg({ type }: File, bytes: Uint8Array): boolean {
  return type === 'image/svg+xml' || /^\s*(?:<\?xml[^>]*>|<!--[^]*?-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]/i.test(new TextDecoder().decode(bytes.subarray(0, 2_000)));
}

async function drawSmaller(picture: ImageBitmap): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  for (let scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height)); ; scale *= SMALLER) {
    const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) throw new RectoError('unavailable', 'This browser can’t make the picture smaller. Save it smaller yourself, and insert that.');
    // JPEG has nothing that can be seen through.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0, width, height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })).arrayBuffer());
    if (bytes.length <= MOST_PICTURE_BYTES) return { bytes, width, height };
  }
}
