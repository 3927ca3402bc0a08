/** Frankenstein, which is in the public domain: fetched only when a person opens the sample. */
import type { ImportInput } from '#processors/contract/manuscript.ts';

const FILES = import.meta.glob<string>('../../../manuscripts/frankenstein/*', { query: '?raw', import: 'default', eager: true });

export function readSampleBook(): ImportInput {
  const encoder = new TextEncoder();
  const files = Object.entries(FILES).map(([path, text]) => ({ path: path.slice(path.lastIndexOf('/') + 1), bytes: encoder.encode(text) }));
  return { kind: 'folder', name: 'Frankenstein', files };
}
