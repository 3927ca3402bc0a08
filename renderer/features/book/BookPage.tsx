import { useCallback, useEffect, useMemo, useState } from 'react';
import type { BookView as Book, ChapterView } from '#app/recto-app.ts';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { ExpandBookDialog } from '#renderer/features/expand-book/ExpandBookDialog.tsx';
import { CompileDialog } from '#renderer/features/compile/CompileDialog.tsx';
import { ThreadPanel } from '#renderer/features/thread/ThreadPanel.tsx';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { goTo, type BookTab } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useMedia } from '#renderer/shell/use-media.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { BookMissing } from './BookMissing.tsx';
import { ChapterPanel } from './ChapterPanel.tsx';
import { Pages } from './Pages.tsx';
import { WordsToday } from './WordsToday.tsx';
import { useBookCommands } from './use-book-commands.ts';
import { useChapterActions } from './use-chapter-actions.ts';
import { useComeBack } from './use-come-back.ts';
import './book.css';

/** Where the chapters slide over the page: below this the page, or a spread's two, would be too narrow to read beside them. */
const PAGE_NEEDS = '(max-width: 899px)';
const SPREAD_NEEDS = '(max-width: 1179px)';

interface BookPageProps {
  bookId: string;
  chapterId: string | null;
  tab: BookTab;
}

/** A book on the desk: its chapters at the left, the page that is written on. */
export function BookPage({ bookId, chapterId, tab }: BookPageProps) {
  const app = useApp();
  const book$ = useMemo(() => app.observeBook(bookId), [app, bookId]);
  /** Undefined while it is not known; null where there is no such book. */
  const book = useObservable<Book | null | undefined>(book$, undefined);
  if (book === undefined) return <div className="page book" aria-busy="true" />;
  if (book === null) return <BookMissing />;
  return <OpenBook book={book} chapterId={chapterId} tab={tab} />;
}

function OpenBook({ book, chapterId, tab }: { book: Book; chapterId: string | null; tab: BookTab }) {
  const [focusMode, setFocusMode] = useState(false);
  const [panelOpen, setPanelOpen] = useState(false);
  const [compiling, setCompiling] = useState(false);
  const [expanding, setExpanding] = useState(false);
  const [threadOpen, setThreadOpen] = useState(false);
  const slides = useMedia(tab === 'view' ? SPREAD_NEEDS : PAGE_NEEDS);
  useFullScreen(focusMode);
  const closePanel = useCallback(() => setPanelOpen(false), []);
  const chapter = book.chapters.find((candidate) => candidate.id === chapterId) ?? null;
  const [justAdded] = useState(() => new Set<string>());
  const arriving = chapterId !== null && justAdded.has(chapterId);
  useEffect(() => {
    if (chapter) justAdded.delete(chapter.id);
  }, [chapter, justAdded]);
  const onCaret = useComeBack(book, chapter, arriving);
  const actions = useChapterActions(book, tab, justAdded);
  useBookCommands({ book, chapter, tab, actions, onCompile: () => setCompiling(true), onExpandBook: () => setExpanding(true), onThread: () => setThreadOpen((open) => !open), onFocusMode: () => setFocusMode((on) => !on), onPanel: () => setPanelOpen((open) => !open) });
  useDocumentTitle(book, chapter);
  useFocusInPanel(panelOpen);
  useEscape(focusMode || panelOpen, () => {
    setFocusMode(false);
    setPanelOpen(false);
  });

  return (
    <div className="page book" data-focus-mode={focusMode || undefined} data-slides={slides || undefined} data-panel-open={panelOpen || undefined}>
      <div className="book-desk">
        <ChapterPanel book={book} chapter={chapter} actions={actions} onClose={closePanel} onExpandBook={() => setExpanding(true)} />
        <Pages
          book={book}
          chapter={chapter}
          tab={tab}
          actions={actions}
          onTab={(next) => chapter && goTo({ name: 'book', bookId: book.id, chapterId: chapter.id, tab: next })}
          onPanel={() => setPanelOpen((open) => !open)}
          onCompile={() => setCompiling(true)}
          onThread={() => setThreadOpen((open) => !open)}
          onFocusMode={() => setFocusMode((on) => !on)}
          onCaret={onCaret}
        />
      </div>
      <StatusBar>
        <WordsToday book={book} />
      </StatusBar>
      {chapter && <ThreadPanel bookId={book.id} chapter={chapter} open={threadOpen} onOpenChange={setThreadOpen} />}
      <ExpandBookDialog open={expanding} onOpenChange={setExpanding} book={book} />
      <CompileDialog open={compiling} onOpenChange={setCompiling} book={book} />
    </div>
  );
}

function useDocumentTitle(book: Book, chapter: ChapterView | null): void {
  useEffect(() => {
    document.title = chapter ? `${chapter.title || 'Untitled'} · ${book.title}` : book.title;
  }, [book.title, chapter]);
}

/** A page that is alone has the whole screen, where there is someone to ask for it; the book that is left gives it back. */
function useFullScreen(on: boolean): void {
  const { desktop } = usePlatform();
  const { showError } = useToast();
  useEffect(() => {
    if (!desktop || !on) return undefined;
    const set = (next: boolean): void => void desktop.call('window.set-focus-mode', { on: next }).catch(showError);
    set(true);
    return () => set(false);
  }, [desktop, on, showError]);
}

/** A panel that slides over the page takes the focus with it, and gives it back. */
function useFocusInPanel(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    const before = document.activeElement;
    document.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected && document.activeElement?.closest('.chapter-panel')) before.focus();
    };
  }, [open]);
}

/** Esc closes the panel and leaves focus mode, unless something on top takes it. */
function useEscape(on: boolean, leave: () => void): void {
  useEffect(() => {
    if (!on) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      const inOverlay = event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]');
      if (event.key === 'Escape' && !event.defaultPrevented && !inOverlay) leave();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
}
