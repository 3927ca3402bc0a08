/**
 * The one pipeline of every compile: Markdown → syntax tree → manuscript model → a format's writer, a chapter at a
 * time. After each chapter the words that were written are read back and compared with the source's.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';
import type { CompiledBookV1, CompiledChapter, CompileLayout } from '#schemas/generated/types.ts';
import type { ChapterText, CompileFormat, Manuscript, ManuscriptChapter, ManuscriptChapterSource } from '../contract/manuscript.ts';
import type { Progress } from '../contract/processor.ts';
import type { Typesetter } from '../contract/typesetter.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { fileNameFor } from './file-name.ts';
import { canonicalLanguage } from './language.ts';
import { makesItself, type BookHead, type SectionHead } from './model.ts';
import { createNumberWriter } from './number-line.ts';
import { parseChapter } from './parse-chapter.ts';
import { numberNotes } from './notes.ts';
import { createPicturePlacer, type PicturePlacer } from './place-pictures.ts';
import { planSections, type PlannedSection } from './plan-sections.ts';
import { addOrigins, countOrigins } from './provenance/count-origins.ts';
import { Replacements } from './replacements.ts';
import { foldTypography, typesetBlocks, typesetLine } from './typeset.ts';
import { findDifference } from './words.ts';
import type { BookWriter, WriterKind } from './writers/writer.ts';
import { loadWriter } from './writers/writers.ts';

export interface CompileOptions {
  signal: AbortSignal;
  /** After each chapter: chapters done, and in all. */
  onProgress(progress: Progress): void;
  /** What is absent is the format's own default. */
  layout?: CompileLayout;
  /** What sets pages, for PDF. */
  typesetter?: Typesetter | undefined;
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
  const language = canonicalLanguage(manuscript.language);
  const layout = options.layout ?? {};
  const isTypeset = (layout.typography ?? kind.typography) === 'typeset';
  const title = cleanLine(manuscript.title, replacements);
  const setLine = (text: string): string => (isTypeset ? typesetLine(text, language) : text);
  const writeNumber = await createNumberWriter(layout.number_style, language);
  const sections = planSections(manuscript, { language, layout, writeNumber, setLine, replacements });
  const pictures = createPicturePlacer(manuscript.readPicture, replacements);
  const cover = await pictures.readCover(manuscript.cover);
  const head: BookHead = {
    title: setLine(title) || 'Untitled',
    subtitle: setLine(cleanLine(manuscript.subtitle ?? '', replacements)),
    author: cleanLine(manuscript.author, replacements),
    contact: cleanText(manuscript.contact ?? '', replacements).split('\n').map((line) => line.trim()).filter(Boolean),
    language,
    ...(cover && { cover }),
    sections: sections.map((section) => section.head),
  };
  const writer = kind.start({ head, layout, replacements, typesetter: options.typesetter });
  const chapters = await writeSections(sections, { writer, isTypeset, language, replacements, pictures, total: manuscript.chapters.length }, options);
  const words = chapters.reduce((sum, chapter) => sum + chapter.words, 0);
  if (words === 0) throw emptyBook(head.title);
  if (kind.finishing !== undefined) await announceFinish(kind.finishing, options);
  const bytes = await writer.finish();
  const name = fileNameFor(title || 'Untitled', kind.extension);
  const replaced = replacements.list();
  const manifest: CompiledBookV1 = {
    title: head.title,
    ...(head.author !== '' && { author: head.author }),
    format: kind.format,
    file_name: name,
    media_type: kind.mediaType,
    size_bytes: bytes.length,
    sha256: bytesToHex(sha256(bytes)),
    words_in: words,
    // Each chapter's words were compared one by one; a difference has thrown.
    words_out: words,
    ...(replaced.length > 0 && { replaced }),
    origin: addOrigins(chapters.map(({ origin }) => origin)),
    chapters,
  };
  return { name, mediaType: kind.mediaType, bytes, manifest };
}

/** A finish that takes its time keeps the thread, so what is to be heard before it is heard now. Nobody knows how far it is. */
async function announceFinish(message: string, { signal, onProgress }: CompileOptions): Promise<void> {
  onProgress({ done: 0, total: 0, message });
  await makeBreather(0)();
  if (signal.aborted) throw cancelled();
}

interface Press {
  writer: BookWriter;
  isTypeset: boolean;
  language: string;
  replacements: Replacements;
  pictures: PicturePlacer;
  /** Of the progress. */
  total: number;
}

type ToldChapter = CompiledChapter & Required<Pick<CompiledChapter, 'origin'>>;

/** @returns the chapters; front and back matter and parts are no chapters */
async function writeSections(sections: readonly PlannedSection[], press: Press, { signal, onProgress }: CompileOptions): Promise<ToldChapter[]> {
  const takeBreath = makeBreather();
  const compiled: ToldChapter[] = [];
  for (const { head, source } of sections) {
    await takeBreath();
    if (signal.aborted) throw cancelled();
    if (source.kind === 'text') {
      if (makesItself(head.kind)) press.writer.writeSection({ ...head, blocks: [], notes: [] });
      else await writeSection(press, head, source.markdown);
      continue;
    }
    const { chapter, title } = source;
    const { markdown, blob_version, chosen, provenance } = await readChapter(chapter, head.label);
    const countPart = (part: string, isFirst: boolean): number => parseChapter(isFirst ? head.title : '', cleanText(part, new Replacements()), new Replacements()).words;
    const words = await writeSection(press, head, cleanText(markdown, press.replacements));
    compiled.push({
      chapter_id: chapter.id,
      title,
      edition: chapter.edition,
      chosen: chapter.isFallback ? 'no-expansion' : (chosen ?? chapter.edition),
      ...(chapter.blob_id !== undefined && { blob_id: chapter.blob_id }),
      ...(blob_version !== undefined && { blob_version }),
      hash: bytesToHex(sha256(utf8ToBytes(markdown))),
      words,
      origin: countOrigins(markdown, words, provenance, countPart),
    });
    onProgress({ done: compiled.length, total: press.total, message: head.label });
  }
  return compiled;
}

/** @returns the words of its text */
async function writeSection({ writer, isTypeset, language, replacements, pictures }: Press, head: SectionHead, markdown: string): Promise<number> {
  const parsed = parseChapter(head.title, markdown, replacements);
  if (markdown.includes('![')) await pictures.place(parsed.blocks);
  if (isTypeset) typesetBlocks(parsed.blocks, language);
  assertSameWords(head.label, parsed.expectedWords, writer.writeSection({ ...head, blocks: parsed.blocks, notes: numberNotes(parsed.blocks, head.id) }), isTypeset);
  return parsed.words;
}

async function readChapter(source: ManuscriptChapter | ManuscriptChapterSource, label: string): Promise<ChapterText> {
  if ('markdown' in source) return source;
  const read = await source.read();
  if (read) return read;
  throw new RectoError('compile_missing_text', `The text of “${label}” is missing, so no file was made. Open that chapter to see what is left of it, or take it out of the book.`);
}

function assertSameWords(label: string, expected: string, written: string, isTypeset: boolean): void {
  const difference = isTypeset ? findDifference(foldTypography(expected), foldTypography(written)) : findDifference(expected, written);
  if (!difference) return;
  throw new RectoError(
    'compile_words_differ',
    `In “${label}”, word ${difference.place} on: the manuscript says “${difference.expected}”, the file would say “${difference.actual}”. No file was made, and the manuscript is untouched. Please report this with that passage.`,
  );
}

function cancelled(): RectoError {
  return new RectoError('cancelled', 'The compile was cancelled; no file was made.');
}

function emptyBook(title: string): RectoError {
  return new RectoError('compile_empty', `“${title || 'Untitled'}” has no words yet, so there is nothing to compile. Write or import a chapter first.`);
}

/** Lets the event loop run when so long has passed since it last did: for cancel, for progress, for typing. */
function makeBreather(everyMs = 30): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    last = performance.now();
  };
}
