import type { ChapterView } from '#app/recto-app.ts';
import { arrangeChapters, type ChapterArrangement } from '#app/use-cases/arrange-chapters.ts';
import { setEdition } from '#app/use-cases/set-edition.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatNumber } from '#renderer/shell/format-count.ts';
import { useKept } from '#renderer/shell/use-kept.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import type { CompilePartProps } from './CompileDialog.tsx';

const SELECTIONS = [
  { value: 'book', label: 'Those that the book includes' },
  { value: 'own', label: 'A selection for this compile or preset' },
] as const;

/** Which chapters go in, which of their texts, and how they stand in the book: parts, numbers. */
export function ChapterChoice({ book, wish, onWish, keep, disabled }: CompilePartProps) {
  const app = useApp();
  const { chapters } = book;
  const { chapter_ids: own, ...rest } = wish;
  const isIn = (chapter: ChapterView): boolean => (own ? own.includes(chapter.id) : chapter.isIncluded);
  const chosen = chapters.filter(isIn);
  const arrange = (ids: readonly string[], arrangement: ChapterArrangement): void => keep(arrangeChapters(app, book.id, ids, arrangement));
  const put = (ids: readonly string[], isWanted: boolean): void => {
    if (own) onWish({ ...rest, chapter_ids: chapters.filter((chapter) => (ids.includes(chapter.id) ? isWanted : isIn(chapter))).map(({ id }) => id) });
    else arrange(ids, { included: isWanted });
  };
  const select = (kind: 'book' | 'own'): void => onWish(kind === 'own' ? { ...rest, chapter_ids: chosen.map(({ id }) => id) } : rest);
  const all = chapters.map(({ id }) => id);
  return (
    <>
      <Select label="Which chapters" value={own ? 'own' : 'book'} options={SELECTIONS} onValueChange={select} disabled={disabled} />
      <div className="chapter-choice-all">
        <output>
          {formatNumber(chosen.length)} of {formatNumber(chapters.length)} go in
        </output>
        <Button kind="quiet" disabled={disabled || chosen.length === chapters.length} onClick={() => put(all, true)}>
          All
        </Button>
        <Button kind="quiet" disabled={disabled || chosen.length === 0} onClick={() => put(all, false)}>
          None
        </Button>
      </div>
      <div className="chapter-choice-head" aria-hidden>
        <span>Chapter</span>
        <span>Part that begins here</span>
        <span>Number</span>
        <span>Text</span>
      </div>
      <ul className="chapter-choice">
        {chapters.map((chapter, index) => (
          <ChapterLine
            key={chapter.id}
            chapter={chapter}
            name={`${index + 1}. ${chapter.title || 'Untitled'}`}
            isIn={isIn(chapter)}
            hasOwnEdition={(wish.edition ?? 'as-set') === 'as-set'}
            disabled={disabled}
            onIn={(isWanted) => put([chapter.id], isWanted)}
            onArrange={(arrangement) => arrange([chapter.id], arrangement)}
            onEdition={(edition) => keep(setEdition(app, book.id, chapter.id, edition))}
          />
        ))}
      </ul>
    </>
  );
}

interface ChapterLineProps {
  chapter: ChapterView;
  name: string;
  isIn: boolean;
  /** False: the compile takes one edition of all. */
  hasOwnEdition: boolean;
  disabled: boolean;
  onIn(isWanted: boolean): void;
  onArrange(arrangement: ChapterArrangement): void;
  onEdition(edition: ChapterView['edition']): void;
}

function ChapterLine({ chapter, name, isIn, hasOwnEdition, disabled, onIn, onArrange, onEdition }: ChapterLineProps) {
  const part = useKept(chapter.part ?? '', (typed) => onArrange({ part: typed }));
  return (
    <li className="chapter-line" data-out={!isIn || undefined}>
      <label className="chapter-line-name">
        <input type="checkbox" checked={isIn} disabled={disabled} onChange={(event) => onIn(event.target.checked)} />
        <span dir="auto">{name}</span>
      </label>
      <input
        type="text"
        className="field-input"
        aria-label={`Part that begins with ${name}`}
        placeholder="–"
        maxLength={1000}
        disabled={disabled}
        value={part.value}
        onChange={(event) => part.onInput(event.target.value)}
        onBlur={part.keep}
      />
      <input type="checkbox" aria-label={`${name} has a number`} checked={chapter.isNumbered} disabled={disabled} onChange={(event) => onArrange({ numbered: event.target.checked })} />
      <select
        className="field-input field-select"
        aria-label={`Edition of ${name}`}
        disabled={disabled || !hasOwnEdition}
        value={chapter.edition}
        onChange={(event) => onEdition(event.target.value === 'expansion' ? 'expansion' : 'draft')}
      >
        <option value="draft">Draft</option>
        <option value="expansion">Expansion</option>
      </select>
    </li>
  );
}
