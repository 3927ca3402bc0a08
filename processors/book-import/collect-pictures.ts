import type { ImportedPicture } from '../contract/manuscript.ts';
import { addressOfPicture, MOST_PICTURE_BYTES, PICTURE_EXTENSIONS, readPictureHead } from '../contract/pictures.ts';
import type { ZipLimits } from './read-zip.ts';

/** Of a document's pictures: those of an illustrated book, and of each somewhat more than a book can hold, which is told. */
export const PICTURE_LIMITS: ZipLimits = { entries: 65_535, bytes: 200_000_000, each: 8_000_000 };

/** What a picture that a book can hold is called in a document; a drawing is called otherwise. */
export const PICTURE_FILE = /\.(?:png|jpe?g|gif)$/i;

/** Takes in the pictures of what is imported, each once. */
export interface PictureCollector {
  /**
   * @param place where it is in what is imported: one that was taken is not taken again
   * @returns its address for Markdown; null: a book can't hold it, which is told
   */
  take(place: string, bytes: Uint8Array | undefined): string | null;
  readonly pictures: ImportedPicture[];
  /** What was left out, a sentence each. */
  describe(): string[];
}

export function createPictureCollector(): PictureCollector {
  const addresses = new Map<string, string | null>();
  const pictures: ImportedPicture[] = [];
  const lost = { missing: 0, kind: 0, size: 0 };

  const takeNew = (place: string, bytes: Uint8Array | undefined): string | null => {
    const head = bytes && readPictureHead(bytes);
    if (!bytes || !head) {
      lost[bytes ? 'kind' : 'missing'] += 1;
      return null;
    }
    if (bytes.length > MOST_PICTURE_BYTES) {
      lost.size += 1;
      return null;
    }
    const id = `import-${pictures.length + 1}`;
    const stem = place.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
    pictures.push({ id, bytes, name: `${stem || 'picture'}.${PICTURE_EXTENSIONS[head.mediaType]}` });
    return addressOfPicture(id);
  };

  return {
    pictures,
    take(place, bytes) {
      const known = addresses.get(place);
      if (known !== undefined) return known;
      const address = takeNew(place, bytes);
      addresses.set(place, address);
      return address;
    },
    describe: () => [
      ...(lost.missing > 0 ? [`Pictures that are not there: ${lost.missing}. Their descriptions stand in the text.`] : []),
      ...(lost.kind > 0 ? [`Pictures that are no JPEG, PNG or GIF and were left out: ${lost.kind}. Their descriptions, where they have one, stand in the text.`] : []),
      ...(lost.size > 0 ? [`Pictures of more than ${MOST_PICTURE_BYTES / 1e6} MB, which were left out: ${lost.size}. Their descriptions, where they have one, stand in the text; insert them in the editor, which makes them smaller.`] : []),
    ],
  };
}
