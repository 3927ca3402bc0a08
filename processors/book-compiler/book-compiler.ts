import { isBlobOf, toFieldErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { validateCompileConfig } from '#schemas/generated/validators.js';
import { COMPILE_FORMATS } from '../contract/layout-options.ts';
import { addressOfPicture, bytesOfPicture, pictureIdOf } from '../contract/pictures.ts';
import type { CompileConfig, CompileSource, Manuscript, ManuscriptChapterSource } from '../contract/manuscript.ts';
import type { Processor, ProcessorContext } from '../contract/processor.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { readChapterText } from './provenance/read-chapter-text.ts';

/**
 * Makes a manuscript file of a book: on request, and at each change of the book where an instance asks for it. Which text a chapter gives stands in the job's config
 * under `sources`; a chapter without one there gives its draft. The book decides which chapters there are, and
 * their order: a config can't drop one.
 */
export const bookCompiler: Processor = {
  manifest: {
    id: 'book-compiler',
    name: 'Book Compiler',
    description: 'Combines the chapters of a book into a Markdown, HTML, plain text, EPUB, Word or PDF file.',
    input_schema_ids: ['book-v1'],
    output_schema_id: 'compiled-book-v1',
    priority: 5,
    max_concurrency: 1,
    // By themselves only where an instance says so: see at_each_change.
    event_patterns: ['blob.created.book-v1', 'blob.updated.book-v1'],
    config_schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['format'],
      properties: {
        format: { type: 'string', enum: COMPILE_FORMATS },
        at_each_change: { description: 'Of an instance: compile the book whenever it changes.', type: 'boolean' },
        layout: { description: 'How it looks: a layout as book-v1 defines it.', type: 'object' },
        chapter_ids: { description: 'These chapters alone; absent: all that are included.', type: 'array', items: { type: 'string' } },
        picture_ids: { description: 'Pictures that are known to be there: one that has not arrived yet is waited for.', type: 'array', items: { type: 'string' } },
        again: { description: 'Tells a compile from one of the same texts whose file was deleted.', type: 'integer', minimum: 1 },
        sources: {
          type: 'array',
          items: {
            type: 'object',
            required: ['chapter_id', 'blob_id', 'edition'],
            properties: {
              chapter_id: { type: 'string' },
              blob_id: { type: 'string' },
              edition: { type: 'string', enum: ['draft', 'expansion'] },
              blob_version: { type: 'integer', minimum: 1 },
              is_fallback: { description: 'An expansion was asked for, and there is none.', type: 'boolean' },
            },
          },
        },
      },
    },
  },

  async run(context) {
    if (!isBlobOf(context.blob, 'book-v1')) throw new RectoError('input_invalid', `The book compiler takes a book, not “${context.blob.schema_id}”.`);
    const book = context.blob.data;
    const config = readConfig(context.config, book);
    const wanted = config.chapter_ids && new Set(config.chapter_ids);
    const chapters = book.chapters.map((chapter, index) => ({ chapter, number: index + 1 })).filter(({ chapter }) => (wanted ? wanted.has(chapter.id) : chapter.included !== false));
    const compiled = await compileManuscript(
      toManuscript(context, config, book, chapters.map(({ chapter, number }) => chapterSource(context, config, chapter, number))),
      config.format,
      { signal: context.signal, onProgress: (progress) => context.reportProgress(progress), layout: config.layout, typesetter: context.typesetter },
    );
    return {
      schema_id: 'compiled-book-v1',
      data: compiled.manifest,
      file: { name: compiled.name, mediaType: compiled.mediaType, bytes: compiled.bytes },
    };
  },
};

function toManuscript(context: ProcessorContext, { picture_ids = [] }: CompileConfig, { title, subtitle, author, contact, language, matter, cover_image }: BookV1, chapters: ManuscriptChapterSource[]): Manuscript {
  return {
    title, author, chapters,
    ...(subtitle !== undefined && { subtitle }),
    ...(contact !== undefined && { contact }),
    ...(language !== undefined && { language }),
    matter: (matter ?? []).filter(({ included }) => included !== false),
    ...(cover_image && { cover: addressOfPicture(cover_image) }),
    async readPicture(address) {
      const id = pictureIdOf(address);
      const blob = id === null ? null : await context.readBlob(id);
      if (id !== null && !blob && picture_ids.includes(id)) throw new RectoError('unavailable', 'A picture of the book has not arrived here yet, so no file was made. It is tried again in a while.');
      return bytesOfPicture(blob);
    },
  };
}

/** @throws RectoError input_invalid */
function readConfig(config: Record<string, unknown>, book: BookV1): CompileConfig {
  const format = COMPILE_FORMATS.find((known) => known === config['format']);
  if (!format) throw new RectoError('input_invalid', `“${String(config['format'])}” is no format that a book compiles to. It can be ${COMPILE_FORMATS.join(', ')}.`);
  const given = config['sources'] ?? [];
  if (!Array.isArray(given) || !given.every(isSource)) throw new RectoError('input_invalid', 'A source of the compile is not {chapter_id, blob_id, edition}.');
  const known = new Set(book.chapters.map((chapter) => chapter.id));
  const foreign = given.find((source) => !known.has(source.chapter_id));
  if (foreign) throw new RectoError('input_invalid', `The book has no chapter “${foreign.chapter_id}”. It may have been deleted since; compile again.`);
  if (!validateCompileConfig(config)) throw new RectoError('input_invalid', `The compile can’t be done like that: ${toFieldErrors(validateCompileConfig.errors).map(({ path, message }) => `${path} ${message}`).join('; ')}.`);
  const { layout = {}, chapter_ids, picture_ids } = config;
  if (chapter_ids?.some((id) => !known.has(id))) throw new RectoError('input_invalid', 'The compile names a chapter that the book has not. It may have been deleted since; compile again.');
  return { format, sources: given, layout, ...(chapter_ids !== undefined && { chapter_ids }), ...(picture_ids !== undefined && { picture_ids }) };
}

function isSource(value: unknown): value is CompileSource {
  if (typeof value !== 'object' || value === null) return false;
  const { chapter_id, blob_id, edition, blob_version, is_fallback } = value as Record<string, unknown>;
  if (is_fallback !== undefined && typeof is_fallback !== 'boolean') return false;
  if (blob_version !== undefined && typeof blob_version !== 'number') return false;
  return typeof chapter_id === 'string' && typeof blob_id === 'string' && (edition === 'draft' || edition === 'expansion');
}

/** The chapter, with its text to be read when its turn comes. */
function chapterSource(context: ProcessorContext, config: CompileConfig, chapter: Chapter, number: number): ManuscriptChapterSource {
  const chosen = config.sources.find((source) => source.chapter_id === chapter.id);
  const { blob_id, edition, blob_version = 0, is_fallback: isFallback = false }: Omit<CompileSource, 'chapter_id'> = chosen ?? { blob_id: chapter.draft_blob_id, edition: 'draft' };
  const label = chapter.title || `Chapter ${number}`;
  return {
    id: chapter.id,
    title: chapter.title,
    edition,
    ...(chapter.part !== undefined && { part: chapter.part }),
    ...(chapter.numbered !== undefined && { numbered: chapter.numbered }),
    blob_id,
    isFallback,
    async read() {
      const blob = await context.readBlob(blob_id);
      if ((blob?.version ?? 0) < blob_version) {
        throw new RectoError('unavailable', `The newest words of “${label}” have not arrived here yet, so no file was made. It is tried again in a while.`);
      }
      if (!blob || blob.deleted) return null;
      const text = await readChapterText(blob, (id) => context.readBlob(id));
      if (!text) throw new RectoError('input_invalid', `“${label}” points to a blob of “${blob.schema_id}”, which holds no text of a chapter.`);
      return text;
    },
  };
}
