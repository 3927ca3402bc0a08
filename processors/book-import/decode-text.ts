import { RectoError } from '#schemas/errors.ts';

/**
 * The text of a UTF-8 file, its byte order mark taken off and its line ends made \n.
 * @param name what the author knows the file by
 * @throws RectoError import_not_utf8: guessing another encoding would change letters silently
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw new RectoError('import_not_utf8', `“${name}” is UTF-16, not UTF-8. Nothing was imported. Save it as UTF-8 in the program that it comes from, then import it again.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch (error) {
    throw new RectoError('import_not_utf8', `“${name}” is not UTF-8 text: ${placeOfError(bytes)}. Nothing was imported. Save it as UTF-8 in the program that it comes from, then import it again.`, { cause: error });
  }
}

/** The line of the first byte that is no UTF-8, found by halving. */
function placeOfError(bytes: Uint8Array): string {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  let line = 1;
  for (let index = 0; index < good; index += 1) if (bytes[index] === 0x0a) line += 1;
  return `line ${line} has a byte that UTF-8 doesn’t know`;
}

/** Whether the bytes are UTF-8, the last character perhaps not whole. */
function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false; // what it was asked
  }
}
