import type { ChapterVersion } from '#app/recto-app.ts';

const REASONS: Record<ChapterVersion['reason'], string> = {
  now: 'as it is now',
  grown: 'grown from the draft',
  edited: 'edited by you',
  session: 'before the first edit of a session',
  interval: 'while writing',
  merge: 'before a merge',
  import: 'before an import',
  'replace-all': 'before a replacement',
  expansion: 'before an expansion was kept',
  delete: 'before it was deleted',
  restore: 'before a restore',
  named: 'kept by you',
  'conflict-mine': 'one side of a conflict',
  'conflict-theirs': 'the other side of a conflict',
  'conflict-base': 'what a conflict started from',
};

/** Why a version is there, or what its author called it. */
export function describeVersion({ name, reason }: Pick<ChapterVersion, 'name' | 'reason'>): string {
  return name ? `“${name}”` : REASONS[reason];
}

/** '+1,204', '−3', '±0'; nothing for the oldest one. */
export function describeChange({ words, wordsBefore }: Pick<ChapterVersion, 'words' | 'wordsBefore'>): string {
  if (wordsBefore === null) return '';
  const change = words - wordsBefore;
  if (change === 0) return '±0';
  return `${change > 0 ? '+' : '−'}${new Intl.NumberFormat('en').format(Math.abs(change))}`;
}
