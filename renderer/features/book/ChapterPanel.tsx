import { ArrowLeft, BookOpenText, Plus } from 'lucide-react';
import type { BookView, ChapterView } from '#app/recto-app.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { Button, IconButton } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { BookDetails } from './BookDetails.tsx';
import { ChapterTree } from './ChapterTree.tsx';
import type { ChapterActions } from './use-chapter-actions.ts';

interface ChapterPanelProps {
  book: BookView;
  chapter: ChapterView | null;
  actions: ChapterActions;
  /** Where it stands over the page: it goes when a chapter is chosen. */
  onClose(): void;
  onExpandBook(): void;
}

/** The left side: the book's title, its chapters, its words. */
export function ChapterPanel({ book, chapter, actions, onClose, onExpandBook }: ChapterPanelProps) {
  const { showError } = useToast();
  return (
    <>
      <aside className="chapter-panel" aria-label="Book">
        <a className="to-library" href="#/library">
          <ArrowLeft size={14} aria-hidden />
          Library
        </a>
        <header className="book-name">
          <h2>{book.title || 'Untitled'}</h2>
          <span className="book-tools">
            <IconButton label="Expand the whole book" keys={formatKey('Mod+Alt+Enter')} onClick={onExpandBook} disabled={book.chapters.length === 0}>
              <BookOpenText size={15} aria-hidden />
            </IconButton>
            <BookDetails book={book} />
          </span>
        </header>
        <ChapterTree book={book} openId={chapter?.id ?? null} actions={actions} onChosen={onClose} onExpandBook={onExpandBook} />
        <footer className="chapter-panel-foot">
          <Button kind="quiet" onClick={() => void actions.add().catch(showError)}>
            <Plus size={15} aria-hidden />
            Add chapter
          </Button>
          <span className="book-words">{formatCount(book.words, 'word')}</span>
        </footer>
      </aside>
      {/* Where the panel stands over the page, the page behind closes it; Esc does the same for the keyboard. */}
      <div className="chapter-panel-veil" onClick={onClose} aria-hidden />
    </>
  );
}
