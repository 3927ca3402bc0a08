import { PICTURE_EXTENSIONS, readPictureHead, type ReadPicture } from '../contract/pictures.ts';
import type { Block, Inline, Picture } from './model.ts';
import type { Replacements } from './replacements.ts';
import { visitInlines } from './typeset.ts';

export type Image = Extract<Inline, { kind: 'image' }>;

/** Gives a book's images their files: a section's when it is written, so that no others stand in memory. */
export interface PicturePlacer {
  place(blocks: readonly Block[]): Promise<void>;
  /** @returns null where the book names none, or one that can't be read: then it is noted */
  readCover(address: string | undefined): Promise<Picture | null>;
}

/** An address of the web is never asked. */
const REMOTE = /^(?!image:)[a-z][a-z\d+.-]*:|^\/\//i;

/** @param read absent: the manuscript has no pictures */
export function createPicturePlacer(read: ReadPicture | undefined, replacements: Replacements): PicturePlacer {
  const names = new Map<string, string>();

  const readPicture = async (address: string): Promise<Omit<Picture, 'name'> | null> => {
    const bytes = read === undefined || address === '' || REMOTE.test(address) ? null : await read(address);
    const head = bytes && readPictureHead(bytes);
    return head && bytes ? { ...head, bytes } : null;
  };

  const name = (address: string, { mediaType }: Omit<Picture, 'name'>): string => {
    const known = names.get(address) ?? `picture-${String(names.size + 1).padStart(4, '0')}.${PICTURE_EXTENSIONS[mediaType]}`;
    names.set(address, known);
    return known;
  };

  return {
    async place(blocks) {
      const images = new Map<string, Image[]>();
      visitImages(blocks, (image) => images.set(image.url, [...(images.get(image.url) ?? []), image]));
      for (const [address, places] of images) {
        const read = await readPicture(address);
        if (read) for (const image of places) image.picture = { ...read, name: name(address, read) };
      }
    },
    async readCover(address = '') {
      const read = await readPicture(address);
      if (!read && address !== '') replacements.note('The picture of the cover is missing; a drawn cover stands for it');
      return read && { ...read, name: `cover.${PICTURE_EXTENSIONS[read.mediaType]}` };
    },
  };
}

/** Shows each image, in order. */
export function visitImages(blocks: readonly Block[], show: (image: Image) => void): void {
  const visit = (inlines: readonly Inline[]): void => {
    for (const inline of inlines) {
      if (inline.kind === 'image') show(inline);
      else if ('children' in inline) visit(inline.children);
    }
  };
  visitInlines(blocks, visit);
}

/** Shows each picture that has its file, in order. */
export function visitPictures(blocks: readonly Block[], show: (picture: Picture) => void): void {
  visitImages(blocks, ({ picture }) => picture && show(picture));
}

/** The picture of a paragraph that is nothing else; null for every other. */
export function pictureAlone(inlines: readonly Inline[]): (Image & { picture: Picture }) | null {
  const [image, ...others] = inlines;
  return image?.kind === 'image' && image.picture && others.length === 0 ? { ...image, picture: image.picture } : null;
}
