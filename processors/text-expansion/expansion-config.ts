import { RectoError } from '#schemas/errors.ts';
import type { WritingStyle } from '../contract/processor.ts';

/** A job's config, read. */
export interface ExpansionConfig {
  seed: number;
  instruction?: string;
  styleNotes?: string;
  language?: string;
  /** Places in today's aligned passages; without them all that are stale or not grown yet. */
  onlyPassages?: readonly number[];
  /** The expansion that this run carries on. */
  basedOn?: string;
  /** Also grow what is fresh. */
  again: boolean;
  /** Details that other chapters of the book have used. */
  usedDetails: readonly string[];
}

const STYLES: readonly WritingStyle[] = ['formal', 'casual', 'creative', 'technical'];

export const EXPANSION_CONFIG_SCHEMA: Record<string, unknown> = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    style: { type: 'string', enum: STYLES, description: 'Where none is chosen, the draft’s own.' },
    seed: { type: 'integer', description: 'Same text, style and seed: same result, where the provider can. 0 by default.' },
    instruction: { type: 'string', maxLength: 4000, description: 'The author’s wish for this run.' },
    style_notes: { type: 'string', maxLength: 20_000, description: 'What a provider should know of the book’s voice.' },
    language: { type: 'string', description: 'BCP 47' },
    only_passages: {
      type: 'array',
      items: { type: 'integer', minimum: 0 },
      description: 'Places in today’s aligned passages, or where there is no expansion yet, in the draft’s segments.',
    },
    based_on: { type: 'string', description: 'The expansion that this run carries on: what is fresh, kept or edited in it stays byte for byte.' },
    again: { type: 'boolean', description: 'Also grow passages that are fresh.' },
    used_details: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Details of the built-in thesaurus that the book’s other chapters have used: the union of data.metadata.used_details of their expansions. ' +
        'This chapter’s own are read from based_on.',
    },
  },
};

/** @throws RectoError input_invalid naming the field */
export function readExpansionConfig(config: Readonly<Record<string, unknown>>): ExpansionConfig {
  const instruction = readText(config, 'instruction');
  const styleNotes = readText(config, 'style_notes');
  const language = readText(config, 'language');
  const basedOn = readText(config, 'based_on');
  const onlyPassages = readList(config, 'only_passages', isIndex);
  return {
    seed: read(config, 'seed', isInteger) ?? 0,
    again: read(config, 'again', (value) => typeof value === 'boolean') ?? false,
    usedDetails: readList(config, 'used_details', (value) => typeof value === 'string') ?? [],
    ...(instruction && { instruction }),
    ...(styleNotes && { styleNotes }),
    ...(language && { language }),
    ...(basedOn && { basedOn }),
    ...(onlyPassages && { onlyPassages }),
  };
}

export function isWritingStyle(value: unknown): value is WritingStyle {
  return STYLES.some((style) => style === value);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isIndex(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}

function readText(config: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return read(config, name, (value) => typeof value === 'string');
}

function read<T>(config: Readonly<Record<string, unknown>>, name: string, isRight: (value: unknown) => value is T): T | undefined {
  const value = config[name];
  if (value === undefined || value === null) return undefined;
  if (!isRight(value)) throw new RectoError('input_invalid', `The setting “${name}” of this expansion has a wrong value.`, { errors: [{ path: `/${name}`, message: 'has a wrong value' }] });
  return value;
}

function readList<T>(config: Readonly<Record<string, unknown>>, name: string, isRight: (value: unknown) => value is T): T[] | undefined {
  return read(config, name, (value): value is T[] => Array.isArray(value) && value.every(isRight));
}
