import { normalizeSchemaId } from '#schemas/blob.ts';
import type { ProcessorManifest } from '../contract/processor.ts';
import type { BlobEvent } from './ports.ts';

/**
 * Whether a subject such as `blob.created.text-input-v1` fits a pattern. Wildcards are those of NATS: `*` stands for
 * one token between dots, `>` at the end for one or more.
 */
export function matchesPattern(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return index === wanted.length - 1 && tokens.length > index;
    if (index >= tokens.length || (token !== '*' && token !== tokens[index])) return false;
  }
  return wanted.length === tokens.length;
}

/** Whether the event makes a job of this processor by itself. A processor that names no input reads every schema. */
export function wantsEvent(manifest: ProcessorManifest, event: BlobEvent): boolean {
  return readsSchema(manifest, event.schema_id)
    && manifest.event_patterns.some((pattern) => matchesPattern(pattern, `${event.type}.${event.schema_id}`));
}

export function readsSchema(manifest: ProcessorManifest, schemaId: string): boolean {
  const id = normalizeSchemaId(schemaId);
  return manifest.input_schema_ids.length === 0 || manifest.input_schema_ids.some((input) => normalizeSchemaId(input) === id);
}
