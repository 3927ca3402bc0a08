/** Pictures made for tests: real files, in one colour. */
import { zlibSync } from 'fflate';
import { fromBase64 } from '../../contract/base64.ts';
import { updateCrc } from '../crc32.ts';

/** PNG (ISO/IEC 15948), grey. @param level of the grey: 0 to 255 */
export function makePng(width: number, height: number, level = 128): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  const row = new Uint8Array(width + 1).fill(level);
  row[0] = 0;
  const dots = new Uint8Array(row.length * height);
  for (let at = 0; at < height; at += 1) dots.set(row, at * row.length);
  return new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunk('IHDR', header), ...chunk('IDAT', zlibSync(dots)), ...chunk('IEND', new Uint8Array(0))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, updateCrc(0, bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** JPEG, 2 by 1. */
export const TINY_JPEG: Uint8Array<ArrayBuffer> = fromBase64(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wAALCAABAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AH//Z',
);

/** GIF, 3 by 2. */
export const TINY_GIF: Uint8Array<ArrayBuffer> = fromBase64('R0lGODlhAwACAPAAAH5+fgAAACH5BAAAAAAAIf8LSW1hZ2VNYWdpY2sOZ2FtbWE9MC40NTQ1NDUALAAAAAADAAIAAAIChF8AOw==');
