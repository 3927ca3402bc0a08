/**
 * A preset as a file, to be shared: JSON such as {"recto_preset": 1, "name": "For the printer", "format": "epub", "layout": {…}}, in
 * UTF-8. Its layout is as book-v1 has it; which chapters it chose stays behind, since they are one book's.
 */
import { findDataErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { CompilePreset } from '#schemas/generated/types.ts';
import { isFields } from './merge-values.ts';

/** What is shared of a preset. */
export type SharedPreset = Pick<CompilePreset, 'name' | 'format' | 'edition' | 'layout'>;

const VERSION = 1;
/** The largest preset that a book can hold is far smaller. */
export const MOST_PRESET_BYTES = 1_000_000;

export function writePresetFile({ name, format, edition = 'as-set', layout }: SharedPreset): string {
  return `${JSON.stringify({ recto_preset: VERSION, name, format, edition, layout }, null, 2)}\n`;
}

/** @throws RectoError import_unsupported (no preset, or a newer Recto's), import_damaged */
export function readPresetFile(text: string): SharedPreset {
  const file = parse(text);
  if (!isFields(file) || typeof file['recto_preset'] !== 'number') throw new RectoError('import_unsupported', 'This file is no preset of Recto’s. Nothing was changed.');
  if (file['recto_preset'] > VERSION) throw new RectoError('import_unsupported', 'This preset was made by a newer Recto. Update this one to open it; nothing was changed.');
  const preset = { id: 'read', name: file['name'], format: file['format'], edition: file['edition'] ?? 'as-set', layout: file['layout'] };
  const [first] = findDataErrors('book-v1', { title: '', author: '', chapters: [], presets: [preset] });
  if (first) throw new RectoError('import_damaged', `This preset can’t be used: ${first.path.replace(/^\/?data\/?|^\/?presets\/0\/?/g, '')} ${first.message}. Nothing was changed.`);
  const { id: _id, ...shared } = preset as CompilePreset;
  return shared;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new RectoError('import_damaged', 'This file can’t be read: it is no preset, or a damaged one. Nothing was changed.', { cause: thrown });
  }
}
