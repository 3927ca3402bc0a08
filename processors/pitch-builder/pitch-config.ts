import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { PITCH_KINDS, type PitchKind } from '../contract/pitch.ts';

/** A job's config, read. */
export interface PitchConfig {
  /** Which text a chapter gives; its draft where none is named. */
  sources: ReadonlyMap<string, string>;
  /** The pitch that this run carries on. */
  basedOn?: string;
  language?: string;
  /** The parts that are made; all of them where it is absent. */
  parts: readonly PitchKind[];
  /** Also make what is fresh anew; never what the author wrote. */
  again: boolean;
  seed: number;
}

const SOURCE = {
  type: 'object',
  required: ['chapter_id', 'blob_id'],
  properties: {
    chapter_id: { type: 'string' },
    blob_id: { type: 'string' },
    blob_version: { type: 'integer', description: 'So that a text that has changed in place is another wish.' },
  },
};

export const PITCH_CONFIG_SCHEMA: Record<string, unknown> = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    sources: { type: 'array', items: SOURCE, description: 'Which text a chapter gives; its draft where none is named.' },
    based_on: { type: 'string', description: 'The pitch that this run carries on: what is fresh or the author’s in it stays byte for byte.' },
    based_on_version: { type: 'integer' },
    language: { type: 'string', description: 'BCP 47; the book’s where it is absent.' },
    parts: { type: 'array', items: { type: 'string', enum: PITCH_KINDS }, description: 'The parts that are made; all of them where it is absent.' },
    again: { type: ['boolean', 'integer'], description: 'Also make what is fresh anew; never what the author wrote. A number tells one such wish from another.' },
    seed: { type: 'integer', description: 'Same texts and seed: same pitch, where the provider can. 0 by default.' },
    ai: { type: 'object', description: 'Provider, model and temperature of this run.' },
  },
};

/** @throws RectoError input_invalid naming the field */
export function readPitchConfig(config: Readonly<Record<string, unknown>>, book: BookV1): PitchConfig {
  const sources = read(config, 'sources', (value) => Array.isArray(value) && value.every(isSource)) as { chapter_id: string; blob_id: string }[] | undefined;
  const known = new Set(book.chapters.map((chapter) => chapter.id));
  const foreign = sources?.find((source) => !known.has(source.chapter_id));
  if (foreign) throw wrong('sources', `The book has no chapter “${foreign.chapter_id}”. It may have been deleted since; make the pitch again.`);
  const basedOn = read(config, 'based_on', isText) as string | undefined;
  const language = (read(config, 'language', isText) as string | undefined) ?? book.language;
  return {
    sources: new Map(sources?.map((source) => [source.chapter_id, source.blob_id])),
    parts: (read(config, 'parts', (value) => Array.isArray(value) && value.every(isKind)) as PitchKind[] | undefined) ?? PITCH_KINDS,
    again: Boolean(read(config, 'again', (value) => typeof value === 'boolean' || Number.isSafeInteger(value))),
    seed: (read(config, 'seed', Number.isSafeInteger) as number | undefined) ?? 0,
    ...(basedOn && { basedOn }),
    ...(language && { language }),
  };
}

function read(config: Readonly<Record<string, unknown>>, name: string, isRight: (value: unknown) => boolean): unknown {
  const value = config[name];
  if (value === undefined || value === null) return undefined;
  if (!isRight(value)) throw wrong(name, `The setting “${name}” of this pitch has a wrong value.`);
  return value;
}

function wrong(name: string, message: string): RectoError {
  return new RectoError('input_invalid', message, { errors: [{ path: `/${name}`, message: 'has a wrong value' }] });
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isKind(value: unknown): boolean {
  return PITCH_KINDS.some((kind) => kind === value);
}

function isSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'chapter_id' in value && isText(value.chapter_id) && 'blob_id' in value && isText(value.blob_id);
}
