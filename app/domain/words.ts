/** Where the words of a text are: what white space parts, and each character alone in scripts that put no spaces between words. */

/**
 * Calls `visit` for each word in text[start, end), with where it begins and ends and where the white space before it begins.
 * @returns where the last word ends; `start` where there is none
 */
export function forEachWord(text: string, start: number, end: number, visit: (from: number, to: number, before: number) => void): number {
  for (let before = start; ; ) {
    let from = before;
    while (from < end && isSpace(text.charCodeAt(from))) from += 1;
    if (from >= end) return before;
    const to = Math.min(findWordEnd(text, from, end), end);
    visit(from, to, before);
    before = to;
  }
}

function findWordEnd(text: string, from: number, end: number): number {
  const first = text.charCodeAt(from);
  if (isContinuous(first)) return isHighSurrogate(first) ? from + 2 : from + 1;
  let to = from + 1;
  for (; to < end; to++) {
    const code = text.charCodeAt(to);
    if (isSpace(code) || isContinuous(code)) break;
  }
  return to;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** \s of regular expressions. */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0xa0;
  return (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000 || code === 0xfeff || code === 0x1680;
}

/** A UTF-16 unit that begins a character of Thai, Lao, Khmer, kana or Han, whose words have no spaces between them. */
export function isContinuous(code: number): boolean {
  if (code < 0x0e00) return false;
  if (code < 0x1780) return code < 0x0f00;
  if (code < 0x2e80) return code < 0x1800;
  // U+20000 to U+3FFFF, the Han beyond the first plane, begin with these surrogates.
  return code <= 0x9fff || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xd840 && code <= 0xd8bf);
}
