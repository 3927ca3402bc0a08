import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { PictureCollector } from './collect-pictures.ts';
import type { DocxDocument, DocxElement, DocxImage } from './docx-document.ts';

/** More are in no manuscript. */
const MOST_PICTURES = 5_000;

/** Takes in the files of a document's pictures: each has its address from then on. Notes keep their descriptions alone. */
export async function takePictures(document: DocxDocument, pictures: PictureCollector): Promise<void> {
  let left = MOST_PICTURES;
  for (const image of findImages(document.children)) {
    if ((left -= 1) < 0) return;
    // Mammoth can't read what was not unpacked: broken, too large, or of another kind.
    const bytes = await image.readAsArrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
    if (bytes) image.address = pictures.take(`${bytesToHex(sha256(bytes))}/picture`, bytes);
  }
}

function* findImages(elements: readonly DocxElement[]): Generator<DocxImage> {
  for (const element of elements) {
    if (element.type === 'image') yield element;
    else if ('children' in element) yield* findImages(element.children);
  }
}
