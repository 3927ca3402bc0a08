import { FileOutput, History, Maximize2, MessagesSquare, Minimize2, PanelLeft, Sparkles } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { BookView as Book, ChapterView } from '#app/recto-app.ts';
import { BookView } from '#renderer/features/book-view/BookView.tsx';
import { DraftEditor } from '#renderer/features/editor/DraftEditor.tsx';
import { PitchPage } from '#renderer/features/pitch/PitchPage.tsx';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo, type BookTab } from '#renderer/shell/router.ts';
import { ErrorBoundary } from '#renderer/shell/ErrorBoundary.tsx';
import { Button, IconButton } from '#renderer/ui/Button.tsx';
import { Tooltip } from '#renderer/ui/Tooltip.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ChapterHeading } from './ChapterHeading.tsx';
import type { ChapterActions } from './use-chapter-actions.ts';

interface PagesProps {
  book: Book;
  chapter: ChapterView | null;
  tab: BookTab;
  actions: ChapterActions;
  onTab(tab: BookTab): void;
  onPanel(): void;
  onCompile(): void;
  onThread(): void;
  onFocusMode(): void;
  onCaret(offset: number): void;
}

/** The page that is written on, or the spread; and over it, what can be done with it. */
export function Pages({ book, chapter, tab, actions, onTab, onPanel, onCompile, onThread, onFocusMode, onCaret }: PagesProps) {
  const app = useApp();
  const number = book.chapters.findIndex((candidate) => candidate.id === chapter?.id) + 1;
  return (
    <Tabs.Root className="pages" value={tab} onValueChange={(value) => onTab(value === 'view' || value === 'pitch' ? value : 'write')} asChild>
      <main aria-label="Chapter">
        <h1 className="visually-hidden">{chapter?.title || book.title}</h1>
        <header className="pages-header">
          <IconButton label="Chapters" keys={formatKey('F6')} className="panel-toggle" onClick={onPanel}>
            <PanelLeft size={17} aria-hidden />
          </IconButton>
          <Tabs.List className="tabs" aria-label="Pages">
            <Tabs.Trigger className="tab" value="write">
              Write
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="view">
              Book view
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="pitch">
              Pitch
            </Tabs.Trigger>
          </Tabs.List>
          <div className="pages-actions">
            <ExpandButton chapter={chapter} actions={actions} />
            <Tooltip text="Make a manuscript file" keys={formatKey('Mod+Shift+E')}>
              <Button onClick={onCompile}>
                <FileOutput size={15} aria-hidden />
                <span className="label-wide">Compile</span>
              </Button>
            </Tooltip>
            <IconButton label="The chapter’s thread" keys={formatKey('Mod+Alt+T')} onClick={onThread} disabled={!chapter}>
              <MessagesSquare size={16} aria-hidden />
            </IconButton>
            <IconButton label="The chapter’s history" keys={formatKey('Alt+Shift+H')} onClick={() => chapter && goTo({ name: 'history', bookId: book.id, chapterId: chapter.id, versionId: null })} disabled={!chapter}>
              <History size={16} aria-hidden />
            </IconButton>
            <IconButton label="Focus mode" keys="F11" className="focus-toggle" onClick={onFocusMode}>
              <Maximize2 size={16} aria-hidden />
            </IconButton>
          </div>
        </header>
        <IconButton label="Leave focus mode" keys="Esc" className="leave-focus" onClick={onFocusMode}>
          <Minimize2 size={16} aria-hidden />
        </IconButton>
        <Tabs.Content className="tab-page" value="write">
          <ErrorBoundary inPage key={chapter?.id}>
            {chapter ? (
              <DraftEditor
                key={chapter.id}
                app={app}
                bookId={book.id}
                chapter={chapter}
                heading={<ChapterHeading number={number} title={chapter.title} onRename={(title) => actions.rename(chapter.id, title)} />}
                onCaret={onCaret}
              />
            ) : (
              <NoChapter book={book} />
            )}
          </ErrorBoundary>
        </Tabs.Content>
        <Tabs.Content className="tab-page" value="view">
          <ErrorBoundary inPage key={chapter?.id}>
            {chapter ? <BookView key={chapter.id} app={app} bookId={book.id} chapter={chapter} /> : <NoChapter book={book} />}
          </ErrorBoundary>
        </Tabs.Content>
        <Tabs.Content className="tab-page" value="pitch">
          <ErrorBoundary inPage key={book.id}>
            <PitchPage app={app} book={book} />
          </ErrorBoundary>
        </Tabs.Content>
      </main>
    </Tabs.Root>
  );
}

function ExpandButton({ chapter, actions }: { chapter: ChapterView | null; actions: ChapterActions }) {
  const { showError } = useToast();
  const working = chapter?.mark === 'working';
  const expand = async (): Promise<void> => {
    if (!chapter || working) return;
    await actions.expand(chapter.id);
    actions.open(chapter.id, 'view');
  };
  return (
    <Tooltip text="Grow the draft of this chapter into a full text" keys={formatKey('Mod+Shift+Enter')}>
      <Button onClick={() => void expand().catch(showError)} disabled={!chapter} aria-disabled={working}>
        <Sparkles size={15} aria-hidden />
        <span className="label-wide">Expand</span>
      </Button>
    </Tooltip>
  );
}

function NoChapter({ book }: { book: Book }) {
  if (book.chapters.length > 0) return null;
  return <p className="no-chapter">This book has no chapters. Add one at the left to write in it.</p>;
}
