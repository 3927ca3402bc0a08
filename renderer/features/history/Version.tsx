import { useState } from 'react';
import type { ComparedParagraph } from '#app/domain/compare-texts.ts';
import type { ChapterVersion } from '#app/recto-app.ts';
import { restoreVersion } from '#app/use-cases/restore-version.ts';
import { takeParagraphs } from '#app/use-cases/take-paragraphs.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ComparisonRows } from './ComparisonRows.tsx';
import { describeVersion } from './describe-version.ts';
import { useVersionText } from './use-version-text.ts';

export interface ChapterPlace {
  bookId: string;
  chapterId: string;
}

interface VersionProps {
  place: ChapterPlace;
  version: ChapterVersion;
  /** All of the chapter, newest first. */
  versions: readonly ChapterVersion[];
  onName(): void;
}

/** One version beside another: by default what the chapter says now. */
export function Version({ place, version, versions, onName }: VersionProps) {
  const others = versions.filter(({ id, of }) => id !== version.id && of === version.of);
  const [otherId, setOtherId] = useState<string | null>(null);
  const other = others.find(({ id }) => id === otherId) ?? others.find(({ isCurrent }) => isCurrent) ?? others[0] ?? null;
  const { busy, restore, take } = useVersionActions(place, version);
  // What it says now is the end of the line, whatever another device's clock said.
  const [older, newer] = !other || version.isCurrent || (!other.isCurrent && other.at < version.at) ? [other, version] : [version, other];
  return (
    <article className="sheet version">
      <header className="sheet-head">
        <h2>{version.isCurrent ? 'As it is now' : formatMoment(version.at)}</h2>
        <p className="side-page-quiet">
          {version.of === 'draft' ? 'Draft' : 'Expansion'}, {describeVersion(version)} · {formatCount(version.words, 'word')}
          {version.device && ` · kept on ${version.device}`}
        </p>
        <div className="version-actions">
          {!version.isCurrent && <Button onClick={onName}>{version.name ? 'Rename…' : 'Name it…'}</Button>}
          {!version.isCurrent && (
            <Button kind="primary" aria-disabled={busy} onClick={() => void restore()}>
              Restore this version
            </Button>
          )}
        </div>
      </header>
      {other && (
        <Select
          label="Compared with"
          value={other.id}
          options={others.map((one) => ({ value: one.id, label: one.isCurrent ? 'What it says now' : `${formatMoment(one.at)}, ${describeVersion(one)}` }))}
          onValueChange={setOtherId}
        />
      )}
      <Comparison place={place} older={older} newer={newer} onTake={older && newer.isCurrent ? (row, seen) => void take(older, row, seen) : undefined} />
    </article>
  );
}

interface ComparisonProps {
  place: ChapterPlace;
  older: ChapterVersion | null;
  newer: ChapterVersion;
  /** @param seen what the chapter says, as it is compared */
  onTake: ((row: ComparedParagraph, seen: string) => void) | undefined;
}

function Comparison({ place, older, newer, onTake }: ComparisonProps) {
  const before = useVersionText(place, older ?? newer);
  const after = useVersionText(place, newer);
  const trouble = before.trouble ?? after.trouble;
  if (trouble) {
    return (
      <p className="sentence-error" role="alert">
        {trouble}
      </p>
    );
  }
  if (before.text === null || after.text === null) return null;
  const seen = after.text;
  return (
    <section aria-label="Comparison">
      {older && (
        <p className="version-legend">
          <del>Struck through</del>: only in {older.isCurrent ? 'what it says now' : formatMoment(older.at)}. <ins>Underlined</ins>: only in {newer.isCurrent ? 'what it says now' : formatMoment(newer.at)}.
        </p>
      )}
      <ComparisonRows before={before.text} after={seen} onTake={onTake && ((row) => onTake(row, seen))} />
    </section>
  );
}

/** What is brought back: all of a version, or one paragraph; each can be undone, and what it replaces is kept. */
function useVersionActions(place: ChapterPlace, version: ChapterVersion) {
  const app = useApp();
  const { show, showError } = useToast();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<{ undo(): Promise<void> }>, message: string): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      await app.flush();
      show({ message, undo: (await work()).undo });
    } catch (thrown) {
      showError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    restore: () => run(() => restoreVersion(app, { ...place, versionId: version.id }), `The ${version.of} reads as on ${formatMoment(version.at)} again. What it said before is in the history.`),
    take: (from: ChapterVersion, { before, after }: ComparedParagraph, seen: string) =>
      run(() => takeParagraphs(app, { ...place, versionId: from.id, from: before, at: after, seen }), 'The old paragraph is back. Nothing else was changed.'),
  };
}
