import { bytesOfPicture, PICTURE_EXTENSIONS, readPictureHead } from '#processors/contract/pictures.ts';
import { isBlobOf } from '#schemas/blob.ts';
import type { BookParts } from './write-book.ts';

/** Of a book's folder: its pictures are in there. */
const FOLDER = 'images';

/** @returns where each went, relative to the book's folder, by its id */
export async function writePictures({ index, target, read, claim, warn }: BookParts, book: { id: string; deleted: boolean }, place: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for (const { id, schemaId, deleted } of index.ofParent(book.id)) {
    if (schemaId !== 'image-v1' || (deleted && !book.deleted)) continue;
    const blob = await read(id);
    if (!blob || !isBlobOf(blob, 'image-v1')) continue;
    const bytes = bytesOfPicture({ ...blob, deleted: false });
    const head = bytes && readPictureHead(bytes);
    const name = (blob.data.file_name ?? '').replace(/\.[^.]*$/, '').trim() || 'picture';
    if (bytes && head) {
      const path = `${FOLDER}/${target.freeName(`${place}/${FOLDER}`, name, PICTURE_EXTENSIONS[head.mediaType])}`;
      await target.write(`${place}/${path}`, bytes, true);
      places.set(id, path);
    } else warn(`The picture “${name}” can’t be read, so it has no file of its own here.`);
    await claim(id);
  }
  return places;
}

/** Markdown whose pictures of the library are files: what a folder holds needs no library. @param from the way from the text to the book's folder: '' or '../' */
export function linkPictures(markdown: string, places: ReadonlyMap<string, string>, from = ''): string {
  if (places.size === 0 || !markdown.includes('](')) return markdown;
  return markdown.replace(/(\]\(\s*)<?image:([\w-]{1,100})>?/g, (address, before: string, id: string) => {
    const path = places.get(id);
    return path === undefined ? address : `${before}<${from}${path}>`;
  });
}
