/**
 * The one pipeline of every compile: Markdown → syntax tree → manuscript model → a format's writer, a chapter at a
 * time. After each chapter the words that were written are read back and compared with the source's.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';
import type { CompiledBookV1, CompiledChapter } from '#schemas/generated/types.ts';
import type { CompileFormat, Manuscript, ManuscriptChapter, ManuscriptChapterSource } from '../contract/manuscript.ts';
import type { Progress } from '../contract/processor.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { fileNameFor } from './file-name.ts';
import { canonicalLanguage } from './language.ts';
import { chapterLabel, type BookHead } from './model.ts';
import { parseChapter } from './parse-chapter.ts';
import { Replacements } from './replacements.ts';
import { findDifference } from './words.ts';
import type { BookWriter, WriterKind } from './writers/writer.ts';
import { loadWriter } from './writers/writers.ts';

export interface CompileOptions {
  signal: AbortSignal;
  /** After each chapter: chapters done, and in all. */
  onProgress(progress: Progress): void;
}

export interface CompiledManuscript {
  /** A file name that every system takes. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
  manifest: CompiledBookV1;
}

/**
 * Compiles a manuscript. The same manuscript gives the same bytes.
 * @throws RectoError compile_empty, compile_missing_text, compile_words_differ (nothing is given out then), cancelled
 */
export async function compileManuscript(manuscript: Manuscript, format: CompileFormat, options: CompileOptions): Promise<CompiledManuscript> {
  return compileWith(await loadWriter(format), manuscript, options);
}

/** The same with a writer of one's own. */
export async function compileWith(kind: WriterKind, manuscript: Manuscript, options: CompileOptions): Promise<CompiledManuscript> {
  if (manuscript.chapters.length === 0) throw emptyBook(manuscript.title);
  const replacements = new Replacements();
  const head: BookHead = {
    title: cleanLine(manuscript.title, replacements) || 'Untitled',
    author: cleanLine(manuscript.author, replacements),
    language: canonicalLanguage(manuscript.language),
    chapterTitles: manuscript.chapters.map((chapter) => cleanLine(chapter.title, replacements)),
  };
  const writer = kind.start(head, replacements);
  const chapters = await writeChapters(writer, manuscript, head, replacements, options);
  const words = chapters.reduce((sum, chapter) => sum + chapter.words, 0);
  if (words === 0) throw emptyBook(head.title);
  const bytes = writer.finish();
  const name = fileNameFor(head.title, kind.extension);
  const replaced = replacements.list();
  const manifest: CompiledBookV1 = {
    format: kind.format,
    file_name: name,
    media_type: kind.mediaType,
    size_bytes: bytes.length,
    sha256: bytesToHex(sha256(bytes)),
    words_in: words,
    // Each chapter's words were compared one by one; a difference has thrown.
    words_out: words,
    ...(replaced.length > 0 && { replaced }),
    chapters,
  };
  return { name, mediaType: kind.mediaType, bytes, manifest };
}

async function writeChapters(writer: BookWriter, manuscript: Manuscript, head: BookHead, replacements: Replacements, options: CompileOptions): Promise<CompiledChapter[]> {
  const { signal, onProgress } = options;
  const total = manuscript.chapters.length;
  const takeBreath = makeBreather();
  const compiled: CompiledChapter[] = [];
  for (const [index, source] of manuscript.chapters.entries()) {
    await takeBreath();
    if (signal.aborted) throw new RectoError('cancelled', 'The compile was cancelled; no file was made.');
    const number = index + 1;
    const title = head.chapterTitles[index] ?? '';
    const chapter = await readChapter(source, chapterLabel(title, number));
    const parsed = parseChapter(title, cleanText(chapter.markdown, replacements), replacements);
    const written = writer.writeChapter({ number, title, blocks: parsed.blocks });
    assertSameWords(chapterLabel(title, number), parsed.expectedWords, written);
    compiled.push({
      chapter_id: source.id,
      title,
      edition: source.edition,
      ...(source.blob_id !== undefined && { blob_id: source.blob_id }),
      ...(chapter.blob_version !== undefined && { blob_version: chapter.blob_version }),
      hash: bytesToHex(sha256(utf8ToBytes(chapter.markdown))),
      words: parsed.words,
    });
    onProgress({ done: number, total, message: chapterLabel(title, number) });
  }
  return compiled;
}

async function readChapter(source: ManuscriptChapter | ManuscriptChapterSource, label: string): Promise<Pick<ManuscriptChapter, 'markdown' | 'blob_version'>> {
  if ('markdown' in source) return source;
  const read = await source.read();
  if (read) return read;
  throw new RectoError('compile_missing_text', `The text of “${label}” is missing, so no file was made. Open that chapter to see what is left of it, or take it out of the book.`);
}

function assertSameWords(label: string, expected: string, written: string): void {
  const difference = findDifference(expected, written);
  if (!difference) return;
  throw new RectoError(
    'compile_words_differ',
    `In “${label}”, word ${difference.place} on: the manuscript says “${difference.expected}”, the file would say “${difference.actual}”. No file was made, and the manuscript is untouched. Please report this with that passage.`,
  );
}

function emptyBook(title: string): RectoError {
  return new RectoError('compile_empty', `“${title || 'Untitled'}” has no words yet, so there is nothing to compile. Write or import a chapter first.`);
}

/** Lets the event loop run when 30 ms have passed since it last did: for cancel, for progress, for typing. */
function makeBreather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 30) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    last = performance.now();
  };
}
