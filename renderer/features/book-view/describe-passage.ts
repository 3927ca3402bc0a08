/** What a passage says of itself. */
import type { ExpansionView } from '#app/recto-app.ts';
import type { AlignedPassage, PassageState } from '#processors/contract/passages.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';

/** The word beside its hairline; null: nothing is to be said. */
export function wordOf({ state, passage }: AlignedPassage): string | null {
  if (state === 'stale') return 'stale';
  if (state === 'edited-stale') return 'stale, edited by you';
  if (state === 'edited') return 'edited by you';
  if (passage.kept) return 'kept';
  return null;
}

const STATES: Record<PassageState, string> = { fresh: 'fresh', stale: 'stale', edited: 'edited by you', 'edited-stale': 'edited by you, stale', draft: 'not grown' };

/** Its accessible name: 'Passage 3, stale'. */
export function nameOf(aligned: AlignedPassage): string {
  return `Passage ${aligned.index + 1}, ${STATES[aligned.state]}${aligned.passage.kept ? ', kept' : ''}`;
}

export interface PassageActions {
  expand: boolean;
  again: boolean;
  keep: boolean;
  discard: boolean;
  about: boolean;
}

export function actionsOf({ state, passage, draft }: AlignedPassage): PassageActions {
  const grown = passage.origin !== 'draft';
  const hasSource = draft.count > 0;
  return {
    expand: state === 'draft',
    // What the author wrote or kept is never grown anew.
    again: passage.origin === 'model' && !passage.kept && hasSource,
    keep: grown && (passage.origin === 'model' ? !passage.kept || state === 'stale' : state === 'edited-stale'),
    discard: grown,
    about: grown,
  };
}

/** Where a passage's words came from, line by line. */
export function provenanceOf({ passage }: AlignedPassage, blob: ExpansionView['blob']): { term: string; text: string }[] {
  const metadata: NonNullable<ExpandedTextV1['metadata']> = blob.data.metadata ?? {};
  const lines = [{ term: 'Written by', text: writerOf(passage, metadata) }];
  if (passage.origin === 'model') {
    lines.push({ term: 'When', text: new Date(String(blob.created_at)).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) });
    if (metadata.source_version !== undefined) lines.push({ term: 'From', text: `version ${metadata.source_version} of the draft` });
    if (metadata.finish_reason) lines.push({ term: 'Ended', text: metadata.finish_reason === 'stop' ? 'complete' : metadata.finish_reason });
    if (metadata.style) lines.push({ term: 'Style', text: metadata.style });
  }
  return lines;
}

function writerOf(passage: AlignedPassage['passage'], metadata: NonNullable<ExpandedTextV1['metadata']>): string {
  if (passage.origin === 'author') return 'you';
  const provider = passage.provider ?? metadata.provider;
  const model = passage.model ?? metadata.model;
  if (provider === 'built-in') return 'built-in, no model was used';
  return [model, provider].filter((part) => part && part !== 'none').join(', ') || 'a processor that does not say';
}
