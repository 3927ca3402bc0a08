import { startTransition, useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { BookView, ChapterView } from '#app/recto-app.ts';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { MenuOnContext, type MenuGroups } from '#renderer/ui/Menu.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ChapterRow } from './ChapterRow.tsx';
import { onRenameAsked } from './rename-request.ts';
import type { ChapterActions } from './use-chapter-actions.ts';
import { useRowDrag } from './use-row-drag.ts';
import './chapter-tree.css';

interface ChapterTreeProps {
  book: BookView;
  openId: string | null;
  actions: ChapterActions;
  /** Called when a chapter was chosen to be opened. */
  onChosen(): void;
  onExpandBook(): void;
}

/** Keys that go to another row, as the tree pattern of ARIA's practices has them. */
function nextIndex(key: string, from: number, last: number): number | null {
  if (key === 'ArrowDown') return Math.min(from + 1, last);
  if (key === 'ArrowUp') return Math.max(from - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'PageDown') return Math.min(from + 12, last);
  if (key === 'PageUp') return Math.max(from - 12, 0);
  return null;
}

/** Rows above and below the open one that are drawn with it: more than any screen shows. */
const ROWS_AROUND = 60;
/** By then the page itself stands. */
const ALL_ROWS_AFTER_MS = 250;

/** The range of rows to draw: those in sight first, so that a long book opens as fast as a short one, then all. */
function useRowsDrawn(count: number, openIndex: number): { from: number; to: number } {
  const [all, setAll] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => setAll(true)), ALL_ROWS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (all) return { from: 0, to: count };
  return { from: Math.max(0, openIndex - ROWS_AROUND), to: Math.min(count, openIndex + ROWS_AROUND) };
}

function RowsNotDrawn({ count }: { count: number }) {
  return count > 0 && <div style={{ height: `calc(${count} * var(--row-height))` }} aria-hidden />;
}

export function ChapterTree({ book, openId, actions, onChosen, onExpandBook }: ChapterTreeProps) {
  const { chapters } = book;
  const { showError } = useToast();
  const tree = useRef<HTMLDivElement>(null);
  const [reachable, setReachable] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const drag = useRowDrag(tree, chapters.length, (from, to) => {
    const moved = chapters[from];
    if (moved) void actions.moveTo(moved.id, to).catch(showError);
  });
  useEffect(() => onRenameAsked(setRenaming), []);
  const drawn = useRowsDrawn(chapters.length, Math.max(0, chapters.findIndex((chapter) => chapter.id === openId)));
  useScrollTo(tree, openId);
  const noteFocus = useFocusAfterRemoval(tree, chapters);

  // One row is reachable by Tab: the one that had the focus last, else the open one.
  const tabStop = chapters.some((chapter) => chapter.id === reachable) ? reachable : (openId ?? chapters[0]?.id ?? null);
  const rowOf = useCallback((index: number) => tree.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null, []);

  const choose = useCallback(
    (chapterId: string) => {
      const open = chapterId === openId;
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      actions.open(chapterId);
      onChosen();
      // The editor takes a focus that nothing has; where it is open already, it is given it.
      if (open) document.querySelector<HTMLElement>('[role="textbox"][contenteditable="true"]')?.focus();
    },
    [actions, onChosen, openId],
  );
  const endRename = useCallback(
    (chapterId: string, title: string | null) => {
      setRenaming(null);
      if (title !== null) void actions.rename(chapterId, title).catch(showError);
      requestAnimationFrame(() => tree.current?.querySelector<HTMLElement>(`[data-chapter="${CSS.escape(chapterId)}"]`)?.focus());
    },
    [actions, showError],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const at = chapters.findIndex((chapter) => chapter.id === tabStop);
    const current = chapters[at];
    const to = nextIndex(event.key, at, chapters.length - 1);
    if (to !== null) rowOf(to)?.focus();
    else if ((event.key === 'Enter' || event.key === ' ') && current) choose(current.id);
    else return;
    event.preventDefault();
  };

  return (
    <ChapterMenu book={book} chapterId={tabStop} actions={actions} onOpen={choose} onRename={setRenaming} onExpandBook={onExpandBook}>
      <div
        className="chapter-tree"
        role="tree"
        aria-label="Chapters"
        tabIndex={-1}
        ref={tree}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const id = event.target.closest<HTMLElement>('[data-chapter]')?.dataset['chapter'];
          if (id) setReachable(id);
          noteFocus(id ?? null);
        }}
        {...drag.handlers}
      >
        <RowsNotDrawn count={drawn.from} />
        {chapters.slice(drawn.from, drawn.to).map((chapter, place) => (
          <ChapterRow
            key={chapter.id}
            chapter={chapter}
            index={drawn.from + place}
            count={chapters.length}
            open={chapter.id === openId}
            tabStop={chapter.id === tabStop}
            dragged={drag.from === drawn.from + place}
            renaming={chapter.id === renaming}
            onChoose={choose}
            onRenamed={endRename}
          />
        ))}
        <RowsNotDrawn count={chapters.length - drawn.to} />
        {drag.line !== null && <div className="drop-line" style={{ top: `calc(${drag.line} * var(--row-height))` }} aria-hidden />}
      </div>
    </ChapterMenu>
  );
}

/** When the row that has the focus goes, the one that comes to stand in its place has it. @returns what notes the row that has it */
function useFocusAfterRemoval(tree: React.RefObject<HTMLElement | null>, chapters: readonly ChapterView[]): (chapterId: string | null) => void {
  const last = useRef<{ id: string; index: number } | null>(null);
  useEffect(() => {
    const noted = last.current;
    if (!noted) return;
    const index = chapters.findIndex((chapter) => chapter.id === noted.id);
    if (index >= 0) {
      last.current = { id: noted.id, index };
      return;
    }
    last.current = null;
    const inTree = document.activeElement === document.body || document.activeElement === tree.current;
    if (inTree) tree.current?.querySelector<HTMLElement>(`[data-index="${Math.min(noted.index, chapters.length - 1)}"]`)?.focus();
  }, [tree, chapters]);
  return (chapterId) => {
    last.current = chapterId === null ? null : { id: chapterId, index: chapters.findIndex((chapter) => chapter.id === chapterId) };
  };
}

/** Keeps the open chapter in sight, without moving what is in sight already. */
function useScrollTo(tree: React.RefObject<HTMLElement | null>, chapterId: string | null): void {
  useEffect(() => {
    if (chapterId) tree.current?.querySelector(`[data-chapter="${CSS.escape(chapterId)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [tree, chapterId]);
}

interface ChapterMenuProps {
  book: BookView;
  chapterId: string | null;
  actions: ChapterActions;
  onOpen(chapterId: string): void;
  onRename(chapterId: string): void;
  onExpandBook(): void;
  children: React.ReactNode;
}

function ChapterMenu({ book, chapterId, actions, onOpen, onRename, onExpandBook, children }: ChapterMenuProps) {
  const { showError } = useToast();
  const index = book.chapters.findIndex((candidate) => candidate.id === chapterId);
  const chapter = book.chapters[index];
  const attempt = (run: () => Promise<void>): void => void run().catch(showError);
  const groups: MenuGroups = chapter
    ? [
        [
          { name: 'Open', keys: formatKey('Enter'), run: () => onOpen(chapter.id) },
          { name: 'Rename', keys: formatKey('F2'), run: () => setTimeout(() => onRename(chapter.id)) },
          { name: 'Add a chapter below', run: () => attempt(() => actions.add(chapter.id)) },
        ],
        [
          { name: 'Expand the chapter', keys: formatKey('Mod+Shift+Enter'), disabled: chapter.words === 0 || chapter.mark === 'working', run: () => attempt(() => actions.expand(chapter.id)) },
          { name: 'Expand the whole book…', keys: formatKey('Mod+Alt+Enter'), run: () => setTimeout(onExpandBook) },
        ],
        [
          { name: 'Compile the draft', checked: chapter.edition === 'draft', run: () => attempt(() => actions.setEdition(chapter.id, 'draft')) },
          { name: 'Compile the expansion', checked: chapter.edition === 'expansion', run: () => attempt(() => actions.setEdition(chapter.id, 'expansion')) },
        ],
        [
          { name: 'Move up', keys: formatKey('Alt+ArrowUp'), disabled: index === 0, run: () => attempt(() => actions.moveBy(chapter.id, -1)) },
          { name: 'Move down', keys: formatKey('Alt+ArrowDown'), disabled: index === book.chapters.length - 1, run: () => attempt(() => actions.moveBy(chapter.id, 1)) },
        ],
        [{ name: 'Delete', keys: formatKey('Delete'), run: () => attempt(() => actions.remove(chapter.id)) }],
      ]
    : [];
  return (
    <MenuOnContext label="Chapter" groups={groups}>
      {children}
    </MenuOnContext>
  );
}
