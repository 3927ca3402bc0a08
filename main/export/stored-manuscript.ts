import type { Manuscript } from '#processors/contract/manuscript.ts';
import { addressOfPicture, bytesOfPicture, pictureIdOf } from '#processors/contract/pictures.ts';
import { findBook } from './find-book.ts';
import { readChapterText } from '#processors/book-compiler/provenance/read-chapter-text.ts';
import { chooseEdition } from '#processors/library-export/library-index.ts';
import type { LibraryReader } from './library-reader.ts';

/**
 * A book of a library's file, each chapter in the edition that it is set to, read when its turn comes.
 * @param wish the book's title or id; undefined: the file's only book
 * @throws RectoError not_found, storage_damaged, file_unreadable
 */
export function openStoredManuscript(reader: LibraryReader, wish: string | undefined): Manuscript {
  const { library, book, index } = findBook(reader, wish);
  const { title, subtitle, author, contact, language, matter, cover_image, chapters } = book.data;
  return {
    title,
    author,
    ...(subtitle !== undefined && { subtitle }),
    ...(contact !== undefined && { contact }),
    ...(language !== undefined && { language }),
    matter: (matter ?? []).filter(({ included }) => included !== false),
    ...(cover_image && { cover: addressOfPicture(cover_image) }),
    async readPicture(address) {
      const id = pictureIdOf(address);
      return id === null ? null : bytesOfPicture(reader.get(library, id));
    },
    chapters: chapters.filter(({ included }) => included !== false).map((chapter) => {
      const { blobId, edition } = chooseEdition(index, chapter);
      return {
        id: chapter.id,
        title: chapter.title,
        edition,
        ...(chapter.part !== undefined && { part: chapter.part }),
        ...(chapter.numbered !== undefined && { numbered: chapter.numbered }),
        blob_id: blobId,
        isFallback: edition !== chapter.edition,
        read: async () => {
          const blob = reader.get(library, blobId);
          return blob && !blob.deleted ? readChapterText(blob, async (id) => reader.get(library, id)) : null;
        },
      };
    }),
  };
}
