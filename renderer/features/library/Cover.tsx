import type { BookSummary } from '#app/recto-app.ts';
import { PictureOf } from '#renderer/features/pictures/PictureOf.tsx';
import { lookOf } from './cover-look.ts';
import './cover.css';

/** A book's cover: its own picture, or cloth, and its title and author in foil. */
export function Cover({ book }: { book: Pick<BookSummary, 'id' | 'title' | 'author' | 'coverImage'> }) {
  const look = lookOf(book);
  return (
    <span className="cover" data-binding={look.binding} style={{ backgroundColor: look.cloth }}>
      <span className="cover-plate">
        <span className="cover-title" data-size={look.titleSize}>
          {book.title || 'Untitled'}
        </span>
        <span className="cover-ornament" aria-hidden />
        <span className="cover-author">{book.author}</span>
      </span>
      {book.coverImage !== '' && <PictureOf className="cover-picture" id={book.coverImage} alt="" />}
    </span>
  );
}
