/** One status of saving for the drafts and for the mirror that takes what they stored. */
import { distinctUntilChanged, Observable, shareReplay } from 'rxjs';
import type { SaveStatus } from '../recto-app.ts';
import type { MirroredStorage } from './mirror/mirrored-storage.ts';

/**
 * What the app writes by itself (sync, counts) shows only when it takes longer: the words are read aloud to who can't
 * see them.
 */
const SHOWS_AFTER_MS = 1_000;

/**
 * 'saved' when the drafts are stored and what they stored is on the disk: from the first keystroke to the mirror's
 * answer it is 'saving', with no other word in between. The worst of both wins.
 */
export function joinSaveStatus(drafts$: Observable<SaveStatus>, mirrored: Pick<MirroredStorage, 'status$' | 'settled'>): Observable<SaveStatus> {
  return new Observable<SaveStatus>((subscriber) => {
    let drafts: SaveStatus = { state: 'saved' };
    let mirror: SaveStatus = { state: 'saved' };
    /** What the drafts stored is on its way to the mirror. */
    let following = false;
    let takesLong = false;
    let saves = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const tell = (): void => {
      if (drafts.state === 'not-saved') subscriber.next(drafts);
      else if (mirror.state === 'not-saved') subscriber.next(mirror);
      else subscriber.next({ state: drafts.state === 'saving' || following || takesLong ? 'saving' : 'saved' });
    };

    const follow = async (): Promise<void> => {
      saves += 1;
      const save = saves;
      following = true;
      // A failure is the mirror's status, which says when it is over.
      await mirrored.settled().catch(() => undefined);
      if (save !== saves || mirror.state === 'not-saved') return;
      following = false;
      tell();
    };

    const watch = (): void => {
      clearTimeout(timer);
      takesLong = false;
      if (mirror.state !== 'saving') return;
      timer = setTimeout(() => {
        takesLong = true;
        tell();
      }, SHOWS_AFTER_MS);
    };

    const subscription = mirrored.status$.subscribe((next) => {
      mirror = next;
      if (next.state === 'saved') following = false;
      watch();
      tell();
    });
    subscription.add(
      drafts$.subscribe({
        next(next) {
          if (drafts.state !== 'saved' && next.state === 'saved' && mirror.state !== 'saved') void follow();
          drafts = next;
          tell();
        },
        error: (thrown: unknown) => subscriber.error(thrown),
        complete: () => subscriber.complete(),
      }),
    );
    subscription.add(() => clearTimeout(timer));
    return subscription;
  }).pipe(
    distinctUntilChanged((a, b) => a.state === b.state && a.message === b.message),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
}
