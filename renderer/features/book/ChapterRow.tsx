import { memo, useState, type KeyboardEvent } from 'react';
import type { ChapterView } from '#app/recto-app.ts';
import { formatNumber } from '#renderer/shell/format-count.ts';

type Mark = NonNullable<ChapterView['mark']>;

/** The one mark of state: a sign, and the word it stands for. */
const MARKS: Record<Mark, { sign: string; word: string }> = {
  expanded: { sign: '‖', word: 'expanded' },
  stale: { sign: '≠', word: 'stale' },
  working: { sign: '…', word: 'working' },
  failed: { sign: '!', word: 'failed' },
  conflict: { sign: '⇄', word: 'conflict' },
};

interface ChapterRowProps {
  chapter: ChapterView;
  index: number;
  count: number;
  open: boolean;
  tabStop: boolean;
  dragged: boolean;
  renaming: boolean;
  onChoose(chapterId: string): void;
  /** Null: as it was. */
  onRenamed(chapterId: string, title: string | null): void;
}

/** Each save gives the book's chapters anew: only the row that reads differently is drawn again. */
function isSameRow({ chapter: before, ...others }: ChapterRowProps, { chapter: now, ...next }: ChapterRowProps): boolean {
  const sameChapter = before.id === now.id && before.title === now.title && before.words === now.words && before.mark === now.mark;
  return sameChapter && Object.entries(next).every(([name, value]) => value === others[name as keyof typeof others]);
}

/** A chapter in the tree. Its height is fixed, so that a place in the tree is a sum. */
export const ChapterRow = memo(function ChapterRow({ chapter, index, count, open, tabStop, dragged, renaming, onChoose, onRenamed }: ChapterRowProps) {
  const mark = chapter.mark && MARKS[chapter.mark];
  return (
    // Its keys are the tree's: one place holds the pattern.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      className="chapter-row"
      role="treeitem"
      aria-level={1}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-selected={open}
      aria-current={open ? 'page' : undefined}
      tabIndex={tabStop ? 0 : -1}
      data-chapter={chapter.id}
      data-index={index}
      data-dragged={dragged || undefined}
      onClick={() => !renaming && onChoose(chapter.id)}
    >
      {/* The spaces are for those who hear it: the columns part what is seen. */}
      <span className="chapter-number">{index + 1} </span>
      {renaming ? (
        <RenameField title={chapter.title} onDone={(title) => onRenamed(chapter.id, title)} />
      ) : (
        <span className="chapter-title" dir="auto">{chapter.title || 'Untitled'} </span>
      )}
      {/* There also when it is empty: the words stand in one column. */}
      <span className="chapter-mark" data-mark={chapter.mark} title={mark?.word}>
        {mark && (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a sign of text, not a picture
          <span role="img" aria-label={mark.word}>
            {mark.sign}
          </span>
        )}
      </span>
      <span className="chapter-words">
        {formatNumber(chapter.words)}
        <span className="visually-hidden"> words</span>
      </span>
    </div>
  );
}, isSameRow);

function RenameField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const [typed, setTyped] = useState(title);
  const keep = (): void => onDone(typed.trim() !== title ? typed.trim() : null);
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter') keep();
    if (event.key === 'Escape') onDone(null);
  };
  return (
    <input
      className="rename-field"
      aria-label="Chapter title"
      value={typed}
      maxLength={500}
      ref={selectAll}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={keep}
    />
  );
}

/** Defined once: React calls it when the field appears, not at each key. */
function selectAll(field: HTMLInputElement | null): void {
  field?.select();
}
