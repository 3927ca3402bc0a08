/** Rich Text Format 1.9.1 as tokens. The libraries for it want Node's streams, and set memory aside for as many bytes as a file claims to hold. */

export type RtfToken =
  | { kind: 'open' }
  | { kind: 'close' }
  /** A control word or symbol; `value` is its number, null where it has none. */
  | { kind: 'control'; word: string; value: number | null }
  /** A byte of text, in the encoding of the place where it stands. */
  | { kind: 'byte'; byte: number };

const BACKSLASH = 0x5c;
const MOST_LETTERS = 32;

export function* readRtfTokens(bytes: Uint8Array): Generator<RtfToken> {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    at += 1;
    if (byte === 0x7b) yield { kind: 'open' };
    else if (byte === 0x7d) yield { kind: 'close' };
    else if (byte === BACKSLASH) {
      const { token, next } = readControl(bytes, at);
      at = next;
      yield token;
    } else if (byte !== 0x0a && byte !== 0x0d && byte !== 0) yield { kind: 'byte', byte };
  }
}

/** @param at behind the backslash */
function readControl(bytes: Uint8Array, at: number): { token: RtfToken; next: number } {
  let end = at;
  while (end - at < MOST_LETTERS && isLetter(bytes[end])) end += 1;
  if (end === at) return readSymbol(bytes, at);
  const word = String.fromCharCode(...bytes.subarray(at, end));
  const start = end;
  if (bytes[end] === 0x2d) end += 1;
  while (end - start < 11 && isDigit(bytes[end])) end += 1;
  const digits = String.fromCharCode(...bytes.subarray(start, end));
  const value = digits === '' || digits === '-' ? null : Number.parseInt(digits, 10);
  if (bytes[end] === 0x20) end += 1;
  // Binary data is a picture's.
  if (word === 'bin') end += Math.max(0, value ?? 0);
  return { token: { kind: 'control', word, value }, next: end };
}

function readSymbol(bytes: Uint8Array, at: number): { token: RtfToken; next: number } {
  const symbol = String.fromCharCode(bytes[at] ?? 0x20);
  if (symbol !== "'") return { token: { kind: 'control', word: symbol, value: null }, next: at + 1 };
  const byte = Number.parseInt(String.fromCharCode(...bytes.subarray(at + 1, at + 3)), 16);
  return { token: Number.isNaN(byte) ? { kind: 'control', word: symbol, value: null } : { kind: 'byte', byte }, next: at + 3 };
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
