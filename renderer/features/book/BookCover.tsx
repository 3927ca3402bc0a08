import { useRef, useState } from 'react';
import type { BookView } from '#app/recto-app.ts';
import { addPicture } from '#app/use-cases/add-picture.ts';
import { updateBook } from '#app/use-cases/update-book.ts';
import { PictureOf } from '#renderer/features/pictures/PictureOf.tsx';
import { PicturePicker } from '#renderer/features/pictures/PicturePicker.tsx';
import { preparePicture } from '#renderer/features/pictures/prepare-picture.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import '#renderer/features/pictures/pictures.css';

/** The book's cover, on the shelf and in an EPUB: a picture of the author's, or drawn from title and author. */
export function BookCover({ book }: { book: BookView }) {
  const app = useApp();
  const { show, showError } = useToast();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);

  const choose = async (given: File): Promise<void> => {
    const { file, note } = await preparePicture(given);
    const { id } = await addPicture(app, book.id, file);
    await updateBook(app, book.id, { coverImage: id });
    if (note) show({ message: note });
  };
  const take = (file: File): void => {
    setBusy(true);
    void choose(file).catch(showError).finally(() => setBusy(false));
  };
  return (
    <fieldset className="book-cover">
      <legend className="field-label">Cover</legend>
      {book.coverImage !== '' && <PictureOf id={book.coverImage} alt="The cover as it is" />}
      <div className="book-cover-choice">
        <Button disabled={busy} onClick={() => picker.current?.click()}>
          Choose a picture…
        </Button>
        {book.coverImage !== '' && (
          <Button disabled={busy} onClick={() => void updateBook(app, book.id, { coverImage: '' }).catch(showError)}>
            Draw it instead
          </Button>
        )}
      </div>
      <PicturePicker ref={picker} onPick={take} />
    </fieldset>
  );
}
