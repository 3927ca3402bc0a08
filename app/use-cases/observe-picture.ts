import { distinctUntilChanged, from, map, switchMap, type Observable } from 'rxjs';
import { bytesOfPicture, readPictureHead, type PictureHead } from '#processors/contract/pictures.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { observeBlob } from '../store/observe-blob.ts';

export interface PictureView extends PictureHead {
  bytes: Uint8Array<ArrayBuffer>;
}

/** A picture of the library that is open; null: it is not here, or not yet. Once it is here it stays as it is. */
export function observePicture(app: RectoApp, id: string): Observable<PictureView | null> {
  return app.session$.pipe(
    switchMap(() => from(coreOf(app).library())),
    switchMap((library) => observeBlob(library.blobs, id)),
    distinctUntilChanged((a, b) => (a?.deleted ?? true) === (b?.deleted ?? true)),
    map((blob) => {
      const bytes = bytesOfPicture(blob);
      const head = bytes && readPictureHead(bytes);
      return head && bytes ? { ...head, bytes } : null;
    }),
  );
}
