import type { BookView, ChapterView } from '#app/recto-app.ts';
import { setEdition } from '#app/use-cases/set-edition.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useToast } from '#renderer/ui/toast.tsx';

/** Which text of each chapter goes into the book. */
export function ChapterEditions({ book }: { book: BookView }) {
  const expansions = book.chapters.filter((chapter) => chapter.edition === 'expansion').length;
  const summary = expansions === 0 ? 'Every chapter is its draft' : `${expansions} of ${book.chapters.length} chapters are expansions`;
  return (
    <details className="editions">
      <summary>{summary}</summary>
      <ul>
        {book.chapters.map((chapter, index) => (
          <EditionRow key={chapter.id} bookId={book.id} chapter={chapter} number={index + 1} />
        ))}
      </ul>
    </details>
  );
}

function EditionRow({ bookId, chapter, number }: { bookId: string; chapter: ChapterView; number: number }) {
  const app = useApp();
  const { showError } = useToast();
  const name = `${number}. ${chapter.title || 'Untitled'}`;
  return (
    <li className="edition-row">
      <span className="edition-name">{name}</span>
      <select
        className="field-input field-select edition-select"
        aria-label={`Edition of ${name}`}
        value={chapter.edition}
        onChange={(event) => void setEdition(app, bookId, chapter.id, event.target.value === 'expansion' ? 'expansion' : 'draft').catch(showError)}
      >
        <option value="draft">Draft</option>
        <option value="expansion">Expansion</option>
      </select>
    </li>
  );
}
