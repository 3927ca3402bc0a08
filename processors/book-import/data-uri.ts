import { fromBase64 } from '../contract/base64.ts';

/** The bytes of a data: URI in base64 (RFC 2397); null for any other address. */
export function readDataUri(address: string): Uint8Array | null {
  const [, content] = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w-]+=[\w-]+){0,5};base64,([\w+/=\s]*)$/i.exec(address) ?? [];
  if (content === undefined) return null;
  try {
    return fromBase64(content);
  } catch {
    return null; // cut off, or no base64
  }
}
