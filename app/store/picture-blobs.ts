/** A book's pictures: blobs of its own, which belong to no chapter. They are large, so a few at a time are read. */
import { toBase64 } from '#processors/contract/base64.ts';
import { MOST_PICTURE_BYTES, readPictureHead } from '#processors/contract/pictures.ts';
import { USER_INPUT } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ImageV1 } from '#schemas/generated/types.ts';
import type { BlobStore, NewBlob } from './blob-store.ts';
import type { Library } from './library.ts';

/** Read or written at a time: some megabytes. */
const FEW = 5;
/** What `image-v1` takes. */
const LONGEST_NAME = 255;

export interface PictureFile {
  bytes: Uint8Array;
  /** What it was called where it came from. */
  name?: string;
}

/** @throws RectoError import_unsupported (no JPEG, PNG or GIF by its bytes), too_large */
export function newPictureBlob(library: Pick<Library, 'userId'>, bookId: string, id: string, { bytes, name = '' }: PictureFile): NewBlob {
  const head = readPictureHead(bytes);
  const called = name === '' ? 'This file' : `“${name}”`;
  if (!head) throw new RectoError('import_unsupported', `${called} is no picture that every format of a book can hold: JPEG, PNG or GIF. Save it as one of these, then insert that.`);
  if (bytes.length > MOST_PICTURE_BYTES) throw new RectoError('too_large', `${called} has ${(bytes.length / 1e6).toFixed(1)} MB; a picture of a book can have ${MOST_PICTURE_BYTES / 1e6} MB. Save it smaller, then insert that.`);
  const data: ImageV1 = { media_type: head.mediaType, content: toBase64(bytes), width: head.width, height: head.height, ...(name !== '' && { file_name: name.slice(0, LONGEST_NAME) }) };
  return { id, user_id: library.userId, processor_id: USER_INPUT, schema_id: 'image-v1', data: { ...data }, parent_id: bookId };
}

/** Takes a book's pictures to the trash, or brings back those that went there by this tag. @throws RectoError storage_full, storage_failed */
export async function movePictures(blobs: BlobStore, bookId: string, to: 'trash' | 'book', tag: string): Promise<void> {
  for await (const page of blobs.scan(bookId, to === 'trash' ? 'living' : 'deleted', { field: 'parent_id', rows: FEW })) {
    const ids = page.filter(({ schema_id }) => schema_id === 'image-v1').map(({ id }) => id);
    if (ids.length > 0) await (to === 'trash' ? blobs.tombstone(ids, tag) : blobs.restore(ids, tag));
  }
}
