import { RectoError } from '#schemas/errors.ts';
import { decodeText } from './decode-text.ts';

/** How far a declaration of the encoding may lie (https://html.spec.whatwg.org/#determining-the-character-encoding). */
const DECLARED_WITHIN = 1024;

/**
 * The text of a page of HTML or XML, in the encoding that it says it is in; UTF-8 where it says none.
 * @param name what the author knows the file by
 * @throws RectoError import_not_utf8
 */
export function decodeMarkup(bytes: Uint8Array, name: string): string {
  const encoding = findEncoding(bytes);
  if (/^(?:utf-?8|us-ascii)?$/i.test(encoding)) return decodeText(bytes, name);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch (error) {
    throw new RectoError('import_not_utf8', `“${name}” says that it is in ${encoding.slice(0, 40)}, but it isn’t, or Recto doesn’t know that. Nothing was imported. Save it as UTF-8 in the program that it comes from, then import it again.`, { cause: error });
  }
}

function findEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xef && bytes[1] === 0xbb) return '';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARED_WITHIN));
  return /<\?xml[^>]{0,200}\sencoding\s*=\s*["']([\w:.-]+)/i.exec(start)?.[1] ?? /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]+)/i.exec(start)?.[1] ?? '';
}
