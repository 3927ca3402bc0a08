/** Fetches a compiled file from the account's server, and makes sure that it is the one that its manifest describes. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { CompiledBookV1 } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { notRecto, readReply, unreachable } from '#schemas/read-reply.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import type { StudioConnection } from '../ports.ts';
import { createApiClient } from './http-client.ts';

export interface FetchedBook {
  name: string;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
  manifest: CompiledBookV1;
}

export interface FetchOptions {
  signal: AbortSignal;
  /** Bytes that are here, and in all. */
  onProgress(progress: { done: number; total: number; message: string }): void;
}

/** Held in memory whole, as the file that is made here is. */
const MAX_BYTES = 256 * 1024 * 1024;
const TRIES = 3;

/**
 * @throws RectoError network, too_large, storage_damaged (the server's copy is spoilt, and was dropped there), protocol (what
 * came is not the file), cancelled
 */
export async function fetchCompiled(connection: Pick<StudioConnection, 'fetch'>, server: string, blobId: string, options: FetchOptions): Promise<FetchedBook> {
  const request = createApiClient(connection, server);
  const pathOf = (path: string): string => path.replace(':id', encodeURIComponent(blobId));
  const blob = (await request({ method: 'GET', path: pathOf(ROUTES.readBlob.path), signal: options.signal })) as Blob;
  if (!isBlobOf(blob, 'compiled-book-v1')) throw notRecto(server);
  const manifest = blob.data;
  if (manifest.size_bytes > MAX_BYTES) {
    throw new RectoError('too_large', `The file is ${inMegabytes(manifest.size_bytes)} MB, more than the ${inMegabytes(MAX_BYTES)} MB that Recto fetches. Export it on this device instead.`);
  }
  const bytes = await fetchBytes(connection, server, pathOf(ROUTES.readBlobFile.path), manifest, options).catch(async (thrown: unknown) => {
    if (!(thrown instanceof RectoError) || (thrown.code !== 'storage_damaged' && thrown.code !== 'not_found')) throw thrown;
    await request({ method: 'DELETE', path: pathOf(ROUTES.deleteBlob.path) });
    throw new RectoError('storage_damaged', 'The server has lost the file that it made. Try it again; your book is as it was.', { cause: thrown });
  });
  return { name: manifest.file_name, mediaType: manifest.media_type, bytes, manifest };
}

async function fetchBytes(connection: Pick<StudioConnection, 'fetch'>, server: string, path: string, manifest: CompiledBookV1, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await connection.fetch(path, { method: 'GET', headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }, signal: options.signal });
      if (!response.ok) await readReply(response, server);
      return await readBytes(response, server, manifest, options);
    } catch (thrown) {
      const isWorthIt = thrown instanceof RectoError && thrown.code === 'network' && attempt < TRIES && !options.signal.aborted;
      if (!isWorthIt) throw thrown;
    }
  }
}

/** Hashed as it comes, so that a large file holds nothing up at its end. */
async function readBytes(response: Response, server: string, { size_bytes, sha256: expected }: CompiledBookV1, { signal, onProgress }: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size_bytes);
  const hash = sha256.create();
  let done = 0;
  for await (const chunk of chunksOf(response, server)) {
    if (signal.aborted) throw new RectoError('cancelled', 'The compile was cancelled; no file was made.');
    if (done + chunk.length > size_bytes) throw notTheFile();
    bytes.set(chunk, done);
    hash.update(chunk);
    done += chunk.length;
    onProgress({ done, total: size_bytes, message: 'Fetching the file' });
  }
  if (done < size_bytes) throw new RectoError('network', 'The file broke off on its way. Try it again; your book is as it was.');
  if (bytesToHex(hash.digest()) !== expected) throw notTheFile();
  return bytes;
}

/** @throws RectoError network, cancelled */
async function* chunksOf(response: Response, server: string): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((thrown: unknown) => {
        throw unreachable(server, thrown);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function notTheFile(): RectoError {
  return new RectoError('protocol', 'What came is not the file that the server made, so it was not kept. Try it again; your book is as it was.');
}

function inMegabytes(size: number): number {
  return Math.ceil(size / 1024 / 1024);
}
