import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

/**
 * Passes bytes on and hashes them; the last piece comes only when the hash is right.
 * @returns a stream that is destroyed with `refusal`'s error before its end where the bytes are not those that were named
 */
export function checkedBytes(source: Readable, { sha256 }: { sha256: string }, refusal: () => Error): Readable {
  return Readable.from(check(source, sha256, refusal), { objectMode: false });
}

async function* check(source: Readable, sha256: string, refusal: () => Error): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let last: Buffer | null = null;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (last) yield last;
    last = chunk;
  }
  if (hash.digest('hex') !== sha256) throw refusal();
  if (last) yield last;
}
