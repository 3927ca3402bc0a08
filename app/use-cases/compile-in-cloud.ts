import { filter, firstValueFrom, merge, timer } from 'rxjs';
import type { CompileSource } from '#processors/contract/manuscript.ts';
import { pictureIdOf } from '#processors/contract/pictures.ts';
import { orAborted } from '#processors/contract/or-aborted.ts';
import type { Progress } from '#processors/contract/processor.ts';
import { wait } from '#processors/contract/timers.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { chooseSources } from '../store/choose-sources.ts';
import { BOOK_COMPILER } from '../store/device-processors.ts';
import type { Library } from '../store/library.ts';
import { fetchCompiled } from '../sync/fetch-compiled.ts';
import { createProcessorApi, type ProcessorApi } from '../sync/processor-api.ts';
import type { Sync } from '../sync/sync-types.ts';
import { compileConfig, type CompiledBook, type CompileRequest } from './compile-book.ts';

interface CompileOptions {
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

interface Cloud {
  api: ProcessorApi;
  sync: Sync;
}

/** Words that were just written are sent first; whoever waits longer is told by the server what has not arrived. */
const SENDING_MS = 3_000;
/** Events say what happens; this is for those that get lost. */
const LOOK_EVERY_MS = 1_000;

/**
 * Has the account's server make a manuscript file of the book as it is here now, and fetches it. The file stays on the
 * server with its manifest, as a blob; what was made of the same texts before is fetched, not made again.
 * @throws RectoError unauthenticated (sign in first), network, unavailable (this server compiles no books), too_large,
 * protocol (the file is not the one that was made), cancelled, and what a compile throws
 */
export async function compileInCloud(app: RectoApp, request: CompileRequest, options: CompileOptions): Promise<CompiledBook> {
  const core = coreOf(app);
  const { connection, session } = core.account;
  const [library, sync] = [await core.library(), core.sync()];
  if (!connection || !session || !sync) throw new RectoError('unauthenticated', 'Sign in first: the file is made on your account’s server.');
  const cloud = { api: createProcessorApi(connection, session.server), sync };
  await library.drafts.flush();
  const book = await readBook(library, request.bookId);
  const { sources, pictures } = await pinVersions(library, book.data, await chooseSources(library, book.data, request.edition ?? 'as-set'));
  options.onProgress({ done: 0, total: 0, message: 'Sending what is new' });
  await send(cloud, book, options.signal);
  const make = async (): Promise<CompiledBook> => {
    const outputId = await runJob(cloud, { processor_id: BOOK_COMPILER, blob_id: book.id, config: { ...compileConfig(request), sources, ...(pictures.length > 0 && { picture_ids: pictures }) } }, options);
    return await fetchCompiled(connection, session.server, outputId, options);
  };
  return await make().catch(async (thrown: unknown) => {
    // The server’s copy is spoilt: it is dropped, and the next one is made anew.
    if (!(thrown instanceof RectoError) || thrown.code !== 'storage_damaged') throw thrown;
    return await make();
  });
}

/** So that the server waits for these very words and their pictures, and asks for no second file of the same. */
async function pinVersions({ blobs }: Library, { cover_image, matter = [] }: BookV1, sources: readonly CompileSource[]): Promise<{ sources: CompileSource[]; pictures: string[] }> {
  const pinned: CompileSource[] = [];
  const named = new Set([cover_image ?? '', ...matter.flatMap(({ text }) => findPictures(text))]);
  for (const source of sources) {
    const blob = await blobs.get(source.blob_id);
    for (const text of Object.values(blob?.data ?? {})) if (typeof text === 'string') for (const id of findPictures(text)) named.add(id);
    pinned.push({ ...source, ...(blob && { blob_version: blob.version }) });
  }
  const pictures: string[] = [];
  // One at a time: they are large.
  for (const id of named) if (id !== '' && (await blobs.get(id))) pictures.push(id);
  return { sources: pinned, pictures: pictures.toSorted() };
}

function findPictures(text: string): string[] {
  return Array.from(text.matchAll(/\(<?(image:[\w-]{1,100})/g), ([, address = '']) => pictureIdOf(address) ?? '');
}

/** Until the server has the book as it is here. */
async function send({ api, sync }: Cloud, book: Blob, signal: AbortSignal): Promise<void> {
  sync.syncNow();
  await orCancelled(Promise.race([sync.inSync(), wait(SENDING_MS, signal)]), signal);
  while ((await api.versionOf(book.id, signal)) < book.version) await orCancelled(wait(LOOK_EVERY_MS, signal), signal);
}

/** @returns the id of what it made */
async function runJob({ api, sync }: Cloud, wish: Parameters<ProcessorApi['postJob']>[0], { signal, onProgress }: CompileOptions): Promise<string> {
  let job = await api.postJob(wish, signal);
  const { id } = job;
  const stop = (): void => void api.cancelJob(id).catch(() => undefined);
  const told = sync.events$.subscribe((event) => {
    if (event.type === 'processor.progress' && event.data.job_id === id && !signal.aborted) onProgress({ done: event.data.done, total: event.data.total });
  });
  const ends = sync.events$.pipe(filter((event) => event.type === 'blob.derived' || (event.type === 'processor.failed' && event.data.job_id === id)));
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (job.state === 'queued' || job.state === 'running') {
      await orCancelled(firstValueFrom(merge(ends, timer(LOOK_EVERY_MS))), signal);
      job = await api.readJob(id, signal);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    told.unsubscribe();
  }
  if (job.state === 'done' && job.output_id !== undefined) return job.output_id;
  if (job.state === 'dead' && job.error) throw new RectoError(job.error.code, job.error.message);
  throw new RectoError('cancelled', 'It was stopped on the server; no file was made.');
}

function orCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return orAborted(work, signal, () => new RectoError('cancelled', 'The compile was cancelled; no file was made.'));
}
