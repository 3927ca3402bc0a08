/** Where an expansion's passages begin in the texts of the two pages, which may be a few keys ahead of what is stored. */
import { ChangeSet } from '@codemirror/state';
import type { ExpansionView } from '#app/recto-app.ts';
import { splitParagraphs } from '#processors/contract/passages.ts';
import { findMinimalChanges } from '#renderer/features/editor/minimal-changes.ts';
import type { PassageMark } from './passage-marks.ts';

export function placeOnVerso(expansion: ExpansionView, text: string): PassageMark[] {
  const paragraphs = splitParagraphs(expansion.draftText);
  const starts = expansion.passages.map(({ draft }) => (draft.count > 0 ? (paragraphs[draft.first]?.start ?? null) : null));
  return moveStarts(starts, expansion.draftText, text).map((start) => ({ start, look: 'plain' }));
}

export function placeOnRecto(expansion: ExpansionView, text: string): PassageMark[] {
  const starts = expansion.passages.map(({ passage: { span } }) => (span.end > span.start ? span.start : null));
  const looks = expansion.passages.map(({ state }) => (state === 'draft' ? ('draft' as const) : ('plain' as const)));
  return moveStarts(starts, expansion.text, text).map((start, index) => ({ start, look: looks[index] ?? 'plain' }));
}

function moveStarts(starts: readonly (number | null)[], from: string, to: string): (number | null)[] {
  if (from === to) return [...starts];
  const changes = ChangeSet.of(findMinimalChanges(from, to), from.length);
  return starts.map((start) => (start === null ? null : changes.mapPos(start, -1)));
}
