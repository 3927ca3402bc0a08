/** Makes what sells a book: logline, back cover, synopses, query letter, keywords; each sentence names its chapters. */
import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { PitchPart, PitchV1 } from '#schemas/generated/types.ts';
import { carrySentence, findNewChapters, isStaleSentence, PITCH_KINDS } from '../contract/pitch.ts';
import type { Processor, ProcessorContext, SideOutput } from '../contract/processor.ts';
import { readBookTexts, type BookTexts, type ChapterText } from './book-texts.ts';
import { carryPart, makePart } from './carry-part.ts';
import { createExtractiveWriter } from './extractive-writer.ts';
import { createModelWriter } from './model-writer.ts';
import { PITCH_CONFIG_SCHEMA, readPitchConfig, type PitchConfig } from './pitch-config.ts';
import type { PitchWriter } from './pitch-writer.ts';
import { quoteSources } from './quote-sources.ts';
import { letterFields } from './query-letter.ts';

interface Base {
  id: string;
  pitch: PitchV1;
}

export const pitchBuilder: Processor = {
  manifest: {
    id: 'pitch-builder',
    name: 'Pitch Builder',
    description: 'Makes a logline, a back cover, synopses, a query letter and keywords of a book. Each sentence names the chapters it rests on.',
    input_schema_ids: ['book-v1'],
    output_schema_id: 'pitch-v1',
    priority: 3,
    max_concurrency: 1,
    event_patterns: [],
    config_schema: PITCH_CONFIG_SCHEMA,
  },

  /** @throws RectoError input_invalid, not_found, provider_nonsense and others of the provider */
  async run(context) {
    if (!isBlobOf(context.blob, 'book-v1')) throw new RectoError('input_invalid', `The pitch builder takes a book, not “${context.blob.schema_id}”.`);
    const config = readPitchConfig(context.config, context.blob.data);
    const book = await readBookTexts(context.blob.data, config, context);
    const base = config.basedOn === undefined ? null : await readBase(config.basedOn, context);
    const also: SideOutput[] = [];
    const writer = (await context.ai.hasModel()) ? createModelWriter(book, config, context, also) : createExtractiveWriter(book, context);
    await writer.prepare(chaptersToRead(book, base, config), config.parts);
    const parts = await makeParts(book, base, config, writer, context);
    const quoted = writer.origin === 'model' ? await quoteSources(parts, book, context.signal) : parts;
    return { schema_id: 'pitch-v1', data: { ...toPitch(context.blob.id, book, base, quoted, writer) }, also };
  },
};

async function readBase(id: string, context: ProcessorContext): Promise<Base> {
  const blob = await context.readBlob(id);
  if (!blob || blob.deleted || !isBlobOf(blob, 'pitch-v1')) {
    throw new RectoError('input_invalid', 'The pitch that this one goes on from is gone. Open the pitch again and make it anew.');
  }
  return { id, pitch: blob.data };
}

/** Those that something rests on which is made now; keywords are found in all of them at once. */
function chaptersToRead(book: BookTexts, base: Base | null, config: PitchConfig): ChapterText[] {
  const isMissing = config.parts.some((kind) => !base?.pitch.parts.some((part) => part.kind === kind && (part.sentences.length > 0 || part.origin === 'author')));
  if (!base || config.again || isMissing) return [...book.chapters];
  const stale = base.pitch.parts.flatMap((part) => (part.kind === 'keywords' ? [] : part.sentences).filter((sentence) => isStaleSentence(base.pitch, sentence, book.hashes)));
  const named = new Set([...stale.flatMap((sentence) => sentence.chapter_ids), ...findNewChapters(base.pitch, book.hashes)]);
  return book.chapters.filter(({ id }) => named.has(id));
}

async function makeParts(book: BookTexts, base: Base | null, config: PitchConfig, writer: PitchWriter, context: ProcessorContext): Promise<PitchPart[]> {
  const parts: PitchPart[] = [];
  for (const [done, kind] of PITCH_KINDS.entries()) {
    context.signal.throwIfAborted();
    context.reportProgress({ done, total: PITCH_KINDS.length, message: `Part ${done + 1} of ${PITCH_KINDS.length}` });
    const before = base?.pitch.parts.find((part) => part.kind === kind);
    const again = config.again && config.parts.includes(kind);
    if (before && base && config.parts.includes(kind)) parts.push(await carryPart(base.pitch, before, { book, writer, again }));
    else if (before && base) parts.push({ ...before, sentences: before.sentences.map((sentence) => carrySentence(base.pitch, sentence, book.hashes)) });
    else if (config.parts.includes(kind)) parts.push(await makePart(kind, { book, writer }));
  }
  context.reportProgress({ done: PITCH_KINDS.length, total: PITCH_KINDS.length });
  return parts;
}

function toPitch(bookId: string, book: BookTexts, base: Base | null, parts: PitchPart[], writer: PitchWriter): PitchV1 {
  return {
    parts,
    fields: { ...base?.pitch.fields, ...letterFields(book) },
    metadata: {
      ...writer.describe(),
      book_id: bookId,
      ...(base && { based_on: base.id }),
      words: book.words,
      sources: book.chapters.map(({ id, hash }) => ({ chapter_id: id, hash })),
    },
  };
}
