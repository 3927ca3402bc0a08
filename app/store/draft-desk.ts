/** The drafts that are open in this window, and the one status of saving that stands for all of them. */
import { BehaviorSubject, distinctUntilChanged, filter, firstValueFrom, takeUntil, timer, type Observable } from 'rxjs';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { signVersion } from '../domain/written-on.ts';
import type { Platform } from '../ports.ts';
import type { DraftSession, SaveStatus } from '../recto-app.ts';
import type { BlobStore } from './blob-store.ts';
import { contentOf, withContent } from './draft-content.ts';
import { createDraftSession, type DraftSource } from './draft-session.ts';
import { observeBlob } from './observe-blob.ts';
import type { History } from './history/create-history.ts';
import { keepUnsaved } from './unsaved-texts.ts';
import { toStorageError } from './storage-error.ts';

const ARRIVES_WITHIN_MS = 2_000;

export interface DraftDesk {
  /** @throws RectoError not_found */
  open(draftId: string): Promise<DraftSession>;
  readonly status$: Observable<SaveStatus>;
  /** A write of the author's that is no draft's: it shows as saving, too. */
  track<T>(write: () => Promise<T>): Promise<T>;
  /**
   * A text that is no draft and saves itself, such as an expansion under the author's hand: it is saved whenever all is,
   * and what it tells is part of the status.
   */
  join(flush: () => Promise<void>): JoinedText;
  /** Saves all that is unsaved. */
  flush(): Promise<void>;
  /** Saves the drafts alone, for what a joined text does while it is being saved. */
  flushDrafts(): Promise<void>;
  close(): Promise<void>;
}

export interface JoinedText {
  tell(status: SaveStatus): void;
  leave(): void;
}

type DraftHistory = Pick<History, 'beforeEdit' | 'beforeMerge' | 'keepReplaced' | 'readDevice'>;

/** @param libraryName the database's */
export function createDraftDesk(blobs: BlobStore, platform: Pick<Platform, 'clock' | 'journal' | 'newId'>, libraryName: string, history: DraftHistory): DraftDesk {
  const open = new Map<symbol, { draftId: string; session: DraftSession; status: SaveStatus }>();
  const tracked = new Map<symbol, SaveStatus>();
  const joined = new Map<symbol, () => Promise<void>>();
  const status = new BehaviorSubject<SaveStatus>({ state: 'saved' });

  const tell = (): void => {
    const all = [...[...open.values()].map((entry) => entry.status), ...tracked.values()];
    const worst = all.find(({ state }) => state === 'not-saved') ?? all.find(({ state }) => state === 'saving') ?? { state: 'saved' as const };
    status.next(worst);
  };

  const desk: DraftDesk = {
    status$: status.pipe(distinctUntilChanged((a, b) => a.state === b.state && a.message === b.message)),
    async open(draftId) {
      // A page that is opened while another of the same draft goes begins with the other's last words.
      const others = [...open.values()].filter((entry) => entry.draftId === draftId);
      await Promise.allSettled(others.map(({ session }) => session.flush()));
      const blob = await findDraft(blobs, draftId);
      const key = Symbol(draftId);
      const session = createDraftSession({
        source: draftSource(blobs, draftId, history),
        initialText: contentOf(blob),
        keepReplaced: (before) => history.keepReplaced({ ...blob, data: { ...blob.data, content: before } }),
        clock: platform.clock,
        ...(platform.journal && { unsaved: keepUnsaved(platform.journal, { libraryName, draftId, sessionId: platform.newId() }) }),
        onStatus(next) {
          const entry = open.get(key);
          if (entry) entry.status = next;
          tell();
        },
        onClosed() {
          open.delete(key);
          tell();
        },
      });
      open.set(key, { draftId, session, status: { state: 'saved' } });
      return session;
    },
    async track(write) {
      const key = Symbol('write');
      tracked.set(key, { state: 'saving' });
      tell();
      try {
        return await write();
      } finally {
        tracked.delete(key);
        tell();
      }
    },
    join(flush) {
      const key = Symbol('joined');
      joined.set(key, flush);
      return {
        tell(next) {
          tracked.set(key, next);
          tell();
        },
        leave() {
          joined.delete(key);
          tracked.delete(key);
          tell();
        },
      };
    },
    async flush() {
      await Promise.all([desk.flushDrafts(), ...[...joined.values()].map((save) => save())]);
    },
    async flushDrafts() {
      await Promise.all([...open.values()].map(({ session }) => session.flush()));
    },
    async close() {
      await desk.flush();
      await Promise.all([...open.values()].map(({ session }) => session.close()));
    },
  };
  return desk;
}

/** A book can come a moment before its drafts when it is synced for the first time. */
async function findDraft(blobs: BlobStore, draftId: string): Promise<Blob> {
  const stored = await blobs.get(draftId, { deleted: true });
  if (stored?.deleted) throw new RectoError('not_found', 'This chapter was deleted. Undo its deletion to go on with it.');
  if (stored) return stored;
  const arrives = observeBlob(blobs, draftId).pipe(filter((blob) => blob !== null), takeUntil(timer(ARRIVES_WITHIN_MS)));
  const blob = await firstValueFrom(arrives, { defaultValue: null });
  if (!blob) throw new RectoError('not_found', 'The text of this chapter is not on this computer yet. It comes with the next sync.');
  return blob;
}

function draftSource(blobs: BlobStore, id: string, history: DraftHistory): DraftSource {
  return {
    changes$: blobs.changes$.pipe(filter((changes) => changes.blobs.some((blob) => blob.id === id))),
    async read() {
      const blob = await blobs.get(id);
      return blob ? contentOf(blob) : null;
    },
    async write(merge, base) {
      await history.beforeEdit(id);
      let other: Blob | null = null;
      // Without it the text is as good.
      const device = await history.readDevice().catch(() => null);
      try {
        const blob = await blobs.change(id, (stored) => {
          other = contentOf(stored) === base ? null : stored;
          const next = withContent(stored, merge(contentOf(stored)));
          return next && device?.name ? signVersion(next, stored, device) : next;
        });
        if (other) await history.beforeMerge(other);
        return contentOf(blob);
      } catch (thrown) {
        throw toStorageError(thrown);
      }
    },
  };
}
