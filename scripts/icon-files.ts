/** The two containers that Windows and macOS keep an icon's sizes in. */

export interface Picture {
  /** Width and height, in pixels. */
  size: number;
  png: Buffer;
  /** Not premultiplied, row by row from the top. */
  rgba: Buffer;
}

/** Up to this size a picture goes in as a bitmap: the installer's tools and old dialogs know no PNG there. */
const LARGEST_BITMAP = 48;

/** An .ico of the pictures (MS-DOS/Windows ICONDIR; 256 is written as 0). */
export function packIco(pictures: readonly Picture[]): Buffer {
  const images = pictures.map((picture) => (picture.size <= LARGEST_BITMAP ? toBitmap(picture) : picture.png));
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size }] of pictures.entries()) {
    const image = images[index] ?? Buffer.alloc(0);
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(image.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += image.length;
  }
  return Buffer.concat([head, ...images]);
}

/** BITMAPINFOHEADER, BGRA from the bottom up, then the mask of one bit a pixel (all 0: alpha says what is seen), rows of 4 bytes. */
function toBitmap({ size, rgba }: Picture): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(2 * size, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const from = ((size - 1 - row) * size + column) * 4;
      const to = (row * size + column) * 4;
      pixels.writeUInt32LE((((rgba[from + 3] ?? 0) << 24) | ((rgba[from] ?? 0) << 16) | ((rgba[from + 1] ?? 0) << 8) | (rgba[from + 2] ?? 0)) >>> 0, to);
    }
  }
  return Buffer.concat([header, pixels, Buffer.alloc(Math.ceil(size / 32) * 4 * size)]);
}

/** Which of Apple's types take a PNG of this many pixels: the plain one and that for a screen of twice the pixels. */
const ICNS_TYPES: Record<number, readonly string[]> = { 16: ['icp4'], 32: ['icp5', 'ic11'], 64: ['ic12'], 128: ['ic07'], 256: ['ic08', 'ic13'], 512: ['ic09', 'ic14'], 1024: ['ic10'] };

/** An .icns of the pictures (Apple Icon Image format). */
export function packIcns(pictures: readonly Picture[]): Buffer {
  const entries = pictures.flatMap(({ size, png }) => (ICNS_TYPES[size] ?? []).map((type) => withHead(type, png)));
  return withHead('icns', Buffer.concat(entries));
}

function withHead(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}
