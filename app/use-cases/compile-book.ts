import type { CompileConfig, CompileFormat, Edition } from '#processors/contract/manuscript.ts';
import type { Progress } from '#processors/contract/processor.ts';
import { RectoError } from '#schemas/errors.ts';
import { validateCompiledBookV1 } from '#schemas/generated/validators.js';
import type { CompiledBookV1, CompileLayout } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { chooseSources } from '../store/choose-sources.ts';
import { BOOK_COMPILER } from '../store/device-processors.ts';

export interface CompileRequest {
  bookId: string;
  format: CompileFormat;
  /** 'as-set': what each chapter says. */
  edition?: 'as-set' | Edition;
  /** What is absent is the format's own default. */
  layout?: CompileLayout;
  /** These chapters alone; absent: all that are included. */
  chapterIds?: readonly string[] | undefined;
}

/** What the compiler is asked for, beside its sources. */
export function compileConfig({ format, layout = {}, chapterIds }: CompileRequest): Pick<CompileConfig, 'format' | 'layout' | 'chapter_ids'> {
  return { format, layout, ...(chapterIds && { chapter_ids: [...chapterIds] }) };
}

export interface CompiledBook {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
  /** Says for each chapter which text went in; a chapter without an expansion goes in as its draft. */
  manifest: CompiledBookV1;
}

/**
 * Saves what is unsaved and makes a manuscript file of the book as it is now. Nothing of it is stored in the library.
 * @throws RectoError not_found, compile_empty, compile_missing_text, compile_words_differ, cancelled
 */
export async function compileBook(
  app: RectoApp,
  request: CompileRequest,
  { signal, onProgress }: { signal: AbortSignal; onProgress(progress: Progress): void },
): Promise<CompiledBook> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const book = await readBook(library, request.bookId);
  const sources = await chooseSources(library, book.data, request.edition ?? 'as-set');
  const output = await app.platform.runner.run(
    { jobId: app.platform.newId(), processorId: BOOK_COMPILER, blob: book, config: { ...compileConfig(request), sources } },
    { signal, onProgress, readBlob: (id) => library.blobs.get(id) },
  );
  if (!output.file || !('bytes' in output.file) || !validateCompiledBookV1(output.data)) {
    throw new RectoError('processor_output_invalid', 'The compiler gave no file. Your book is as it was; try it again, or another format.');
  }
  return { ...output.file, manifest: output.data };
}
