/** Sync of one library with one account: replication, socket, retries and status put together. */
import { BehaviorSubject, Subject, filter, firstValueFrom, of, switchMap, type Observable } from 'rxjs';
import { now } from 'rxdb';
import { wait } from '#processors/contract/timers.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Blob, SyncCheckpoint, SyncPullPage } from '#schemas/generated/types.ts';
import type { SyncStatus } from '../recto-app.ts';
import { createBackoff, type Backoff } from './backoff.ts';
import { createConflictHandler, isSameState } from './conflict-handler.ts';
import { openEventStream, type EventStream, type ProcessorEvent } from './event-stream.ts';
import { createApiClient, type ApiClient } from './http-client.ts';
import { createLine, untilAborted, type Line } from './line.ts';
import { openMetaStorage, type MetaStorage } from './meta-storage.ts';
import { createNatsCarrier } from './nats-carrier.ts';
import { trackPending, type Pending } from './pending.ts';
import { isAboutRows, pushRows, type PushRow, type Verdict } from './push-rows.ts';
import { reconcile, TAKEN_BACK, type Missing } from './reconcile.ts';
import { PULL_BATCH_SIZE, startReplication, type Replication } from './replication.ts';
import { followStatus, tellStatus, type StatusShare } from './share-status.ts';
import { openSetAside, type SetAside } from './set-aside.ts';
import { settleVerdicts } from './settle-verdicts.ts';
import { createSocketCarrier } from './socket-carrier.ts';
import { createSyncApi, type SyncApi } from './sync-api.ts';
import { observeStatus, type Hindrance } from './sync-status.ts';
import type { Sync, SyncSettings } from './sync-types.ts';
import { checkPending, countPending, pushWhatTheClockHid } from './unsent.ts';
import { fromWire, type BlobState } from './wire-rows.ts';

/** A socket that is not open by then is not waited for. */
const FIRST_SOCKET_MS = 1500;
/** While something waits to be sent, it is looked at again so often whether it still does. */
const CHECK_PENDING_MS = 500;
/** How long after a start the library is compared with what the server is assumed to have. */
const COMPARE_AFTER_MS = 2000;
const RETRY = { firstMs: 500, maxMs: 30_000 };
/** How long NATS is left alone after it failed. */
const REST = { firstMs: 30_000, maxMs: 30 * 60_000 };

export function createSync(settings: SyncSettings): Sync {
  return new LibrarySync(settings);
}

/** What exists between start and stop. */
interface Life {
  meta: MetaStorage;
  setAside: SetAside;
  pending: Pending;
  stream: EventStream;
}

/** One run of the replication protocol: a new epoch ends it and begins the next. */
interface Round {
  ended: AbortController;
  replication: Replication;
}

class LibrarySync implements Sync {
  readonly status$: Observable<SyncStatus>;
  readonly events$: Observable<ProcessorEvent>;
  readonly #events$ = new Subject<ProcessorEvent>();
  readonly #ownStatus$: Observable<SyncStatus>;
  readonly #settings: SyncSettings;
  readonly #identifier: string;
  readonly #api: SyncApi;
  readonly #line: Line;
  readonly #request: ApiClient;
  readonly #backoffs: { http: Backoff; socket: Backoff; rest: Backoff };
  readonly #hindrance$ = new BehaviorSubject<Hindrance>(null);
  readonly #active$ = new BehaviorSubject(true);
  readonly #pending$ = new BehaviorSubject(0);
  readonly #setAside$ = new BehaviorSubject<SyncStatus['setAside']>([]);
  /** What the window that syncs says, while this one does not. */
  readonly #followed$ = new BehaviorSubject<SyncStatus | null>(null);
  readonly #round$ = new BehaviorSubject<Round | null>(null);
  #ended = new AbortController();
  #running: Promise<void> | null = null;
  #life: Life | null = null;
  /** To the window that syncs, while this one does not. */
  #share: StatusShare | null = null;
  /** The server has answered since the start, and is not too old for what this app sends. */
  #isGreeted = false;
  /** Rounds begin and end one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: SyncSettings) {
    const { server, userId } = settings.session;
    const random = settings.random ?? Math.random;
    this.#settings = settings;
    this.events$ = this.#events$.asObservable();
    // Server and account: another account's checkpoints are never taken for this one's.
    this.#identifier = `recto ${server} ${userId}`;
    this.#backoffs = { http: createBackoff({ ...RETRY, random }), socket: createBackoff({ ...RETRY, random }), rest: createBackoff({ ...REST, random }) };
    this.#request = createApiClient(settings.connection, server);
    this.#api = createSyncApi({ server, request: this.#request });
    this.#line = createLine({ server, backoff: this.#backoffs.http, hindrance$: this.#hindrance$, onHalt: (hindrance) => this.#halt(hindrance) });
    this.#ownStatus$ = observeStatus({ hindrance$: this.#hindrance$, active$: this.#active$, pending$: this.#pending$, setAside$: this.#setAside$ });
    this.status$ = this.#followed$.pipe(switchMap((followed) => (followed ? of(followed) : this.#ownStatus$)));
  }

  start(): void {
    if (this.#running) return;
    this.#ended = new AbortController();
    this.#hindrance$.next(null);
    this.#running = this.#run(this.#ended.signal).catch((thrown: unknown) => this.#fail(thrown));
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    this.#running = null;
    await this.#inTurn(() => this.#endRound());
    const life = this.#life;
    this.#life = null;
    life?.stream.close();
    life?.pending.close();
    await life?.meta.close();
  }

  syncNow(): void {
    this.#share?.syncNow();
    this.#backoffs.http.wake();
    this.#backoffs.socket.wake();
    this.#round$.value?.replication.resync();
  }

  async inSync(): Promise<void> {
    for (;;) {
      const round = await firstValueFrom(this.#round$.pipe(filter((current) => current !== null)));
      // One that was ended before it was through never will be.
      await Promise.race([round.replication.inSync(), untilAborted(round.ended.signal)]);
      const life = this.#life;
      if (life) await checkPending(this.#settings.collection, life);
      if (this.#round$.value !== round || !life) continue;
      if (life.pending.count === 0) return;
      // What came was merged here, and waits to be sent; or a new epoch begins another round; or it was noted as sent after it was looked at.
      const look = new AbortController();
      const sent = firstValueFrom(life.pending.count$.pipe(filter((count) => count === 0)));
      await Promise.race([sent, firstValueFrom(this.#round$.pipe(filter((current) => current !== round))), wait(CHECK_PENDING_MS, look.signal)]);
      look.abort();
    }
  }

  async #run(ended: AbortSignal): Promise<void> {
    const { collection, state, platform, waitForLeadership } = this.#settings;
    if (waitForLeadership) await this.#lead(ended);
    if (ended.aborted) return;
    const setAside = await openSetAside(state);
    const meta = await openMetaStorage(collection, this.#identifier, (refused) => setAside.has(refused));
    const pending = trackPending(collection, (context) => context.startsWith('replication-downstream-') || context === TAKEN_BACK);
    const socket = { settled: (): void => undefined };
    const settled = new Promise<void>((resolve) => {
      socket.settled = resolve;
    });
    this.#life = { meta, setAside, pending, stream: this.#openStream(socket.settled) };
    const subscriptions = [pending.count$.subscribe((count) => this.#pending$.next(count)), setAside.list$.subscribe((list) => this.#setAside$.next(list))];
    const forgetNetwork = platform.network.onChange(() => this.#onNetwork());
    void untilAborted(ended).then(() => {
      forgetNetwork();
      for (const subscription of subscriptions) subscription.unsubscribe();
    });
    await countPending(collection, this.#life);
    // With the socket open first, the server's epoch is known before anything is pushed.
    const socketWait = new AbortController();
    await Promise.race([settled, untilAborted(ended), wait(FIRST_SOCKET_MS, socketWait.signal)]);
    socketWait.abort();
    await this.#inTurn(() => this.#beginRound());
    void this.#compare(this.#life, ended).catch((thrown: unknown) => this.#fail(thrown));
  }

  /** Waits until this window is the one that syncs; until then it shows what the other one says. */
  async #lead(ended: AbortSignal): Promise<void> {
    const { database } = this.#settings.collection;
    const name = `${this.#identifier} ${database.name}`;
    this.#share = followStatus(name, (status) => this.#followed$.next(status));
    await Promise.race([database.waitForLeadership(), untilAborted(ended)]);
    this.#share.close();
    this.#followed$.next(null);
    this.#share = null;
    if (ended.aborted) return;
    const told = tellStatus(name, this.#ownStatus$, () => this.syncNow());
    void untilAborted(ended).then(() => told.close());
  }

  #openStream(onSettled: () => void): EventStream {
    const { connection } = this.#settings;
    return openEventStream({
      direct: createNatsCarrier(this.#request),
      api: createSocketCarrier(connection),
      backoff: this.#backoffs.socket,
      rest: this.#backoffs.rest,
      onEvent: (event) => this.#events$.next(event),
      onOpen: (epoch) => {
        this.#backoffs.http.wake();
        onSettled();
        const position = this.#round$.value?.replication.position;
        if (epoch !== null && position && position.epoch !== epoch) this.#renewRound('lost');
      },
      // The server asks for it when the socket opens and when this device was too slow for it.
      onResync: () => this.#round$.value?.replication.resync(),
      onChanged: (data) => this.#round$.value?.replication.apply(data),
      onLost: () => {
        onSettled();
        // By HTTP it may still work: where a proxy lets no sockets through, this is what brings the changes.
        this.#round$.value?.replication.resync();
      },
      onSignedOut: () => {
        onSettled();
        this.#halt({ state: 'signed-out' });
      },
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work, work);
    return this.#turn;
  }

  async #beginRound(): Promise<void> {
    const life = this.#life;
    if (!life || this.#ended.signal.aborted || this.#hindrance$.value?.state === 'signed-out') return;
    const { collection, platform, history } = this.#settings;
    const known = await life.meta.readCheckpoint('down');
    // Where the server says its epoch at once, nothing is pushed on wrong assumptions.
    if (known && life.stream.epoch !== null && known.epoch !== life.stream.epoch) await this.#reconcile('lost');
    const ended = new AbortController();
    const replication = await startReplication({
      identifier: this.#identifier,
      collection,
      meta: life.meta,
      conflictHandler: createConflictHandler({
        ...history,
        now: () => platform.clock.now(),
        isCurrent: async (state) => {
          const [row] = await collection.storageInstance.findDocumentsById([state.id], true);
          return row !== undefined && isSameState(row, state);
        },
        keep: async (snapshots) => {
          const kept = await collection.bulkInsert(snapshots as never);
          const failed = kept.error.find((error) => error.status !== 409);
          if (failed) throw new RectoError('storage_failed', 'The two versions of a text could not be kept apart; the merge waits.', { cause: failed });
        },
      }),
      pull: (checkpoint, limit) => this.#pull(ended.signal, checkpoint, limit),
      push: (rows, position) => this.#push(ended.signal, life, rows, position),
      onActive: (active) => {
        this.#active$.next(active);
        if (!active) void checkPending(collection, life).catch((thrown: unknown) => this.#fail(thrown));
      },
      onFirstPush: () => life.pending.baseSent(),
      onError: (error) => this.#fail(error),
    });
    this.#round$.next({ ended, replication });
  }

  async #endRound(): Promise<void> {
    const round = this.#round$.value;
    if (!round) return;
    this.#round$.next(null);
    await round.replication.stop(() => round.ended.abort());
  }

  async #pull(signal: AbortSignal, checkpoint: SyncCheckpoint | null, limit: number): Promise<{ documents: BlobState[]; checkpoint: SyncCheckpoint | null; more: boolean } | null> {
    const page = await this.#askPage(signal, checkpoint, limit);
    if (!page) return null;
    if (page === 'expired') return await this.#beginAnew(signal, 'deleted', null);
    if (checkpoint && page.checkpoint && page.checkpoint.epoch !== checkpoint.epoch) return await this.#beginAnew(signal, 'lost', null);
    return { documents: page.documents.map(fromWire), checkpoint: page.checkpoint, more: hasMore(page, limit) };
  }

  /** @returns 'expired': this device was away longer than deletions are kept; null: sync was stopped */
  async #askPage(signal: AbortSignal, checkpoint: SyncCheckpoint | null, limit: number): Promise<SyncPullPage | 'expired' | null> {
    try {
      const page = await this.#line.attempt(signal, () => this.#api.pull(checkpoint, limit, signal), (error) => error.code === 'checkpoint_expired');
      this.#isGreeted ||= page !== null;
      return page;
    } catch (thrown) {
      if (thrown instanceof RectoError && thrown.code === 'checkpoint_expired') return 'expired';
      throw thrown;
    }
  }

  /** @returns the masters of the rows in conflict */
  async #push(signal: AbortSignal, life: Life, rows: PushRow[], position: SyncCheckpoint | null): Promise<BlobState[]> {
    let isOtherEpoch = false;
    let verdicts: Verdict[] | null = null;
    const send = async (body: Uint8Array<ArrayBuffer>, count: number) => {
      const reply = await this.#line.attempt(signal, () => this.#api.push(body, count, signal), isAboutRows);
      if (!reply) throw new RectoError('cancelled', 'Sync was stopped.');
      return reply;
    };
    try {
      // Nothing is sent to a server that turns out too old for it: it answers a question first.
      if (!this.#isGreeted) await this.#askPage(signal, position, 1);
      if (signal.aborted) return [];
      verdicts = await pushRows(rows, send, (epoch) => {
        isOtherEpoch ||= position !== null && epoch !== position.epoch;
      });
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
    if (!verdicts) return [];
    if (isOtherEpoch || (position && (await this.#hasGoneBack(signal, position, verdicts)))) return await this.#beginAnew(signal, 'lost', []);
    return await settleVerdicts(life, verdicts);
  }

  /** A master that is older than what was assumed of it: the server may have been restored. */
  async #hasGoneBack(signal: AbortSignal, position: SyncCheckpoint, verdicts: readonly Verdict[]): Promise<boolean> {
    if (!verdicts.some(({ assumed, result }) => assumed && result.master && result.master.version < assumed.version)) return false;
    const page = await this.#askPage(signal, position, 1);
    // What has expired is of this epoch: the next pull meets it.
    return page !== 'expired' && page?.checkpoint?.epoch !== position.epoch;
  }

  /** Ends this round, sets right what is assumed of the server, begins the next. @returns `empty`, when the round has ended */
  async #beginAnew<T>(signal: AbortSignal, missing: Missing, empty: T): Promise<T> {
    this.#renewRound(missing);
    await untilAborted(signal);
    return empty;
  }

  #renewRound(missing: Missing): void {
    const round = this.#round$.value;
    void this.#inTurn(async () => {
      // Two may have met it: the first has done it.
      if (this.#round$.value !== round) return;
      await this.#endRound();
      await this.#reconcile(missing);
      await this.#beginRound();
    }).catch((thrown: unknown) => this.#fail(thrown));
  }

  async #reconcile(missing: Missing): Promise<void> {
    const life = this.#life;
    if (!life) return;
    const signal = this.#ended.signal;
    const stopped = (): RectoError => new RectoError('cancelled', 'Sync was stopped.');
    const readPage = async (checkpoint: SyncCheckpoint | null): Promise<SyncPullPage> => {
      const page = await this.#askPage(signal, checkpoint, PULL_BATCH_SIZE);
      // More was removed meanwhile, as it is once a day: met again by the next pull.
      if (page === null || page === 'expired') throw stopped();
      return page;
    };
    async function* pages(): AsyncGenerator<SyncPullPage> {
      for (let page = await readPage(null); ; page = await readPage(page.checkpoint)) {
        yield page;
        if (!hasMore(page, PULL_BATCH_SIZE)) return;
      }
    }
    const history = async (id: string): Promise<Blob[]> => {
      const versions = await this.#line.attempt(signal, () => this.#api.history(id, signal), (error) => error.code === 'not_found').catch((): Blob[] => []);
      if (versions === null) throw stopped();
      return versions;
    };
    const { collection, platform } = this.#settings;
    this.#active$.next(true);
    try {
      const deleted = await reconcile({ collection, meta: life.meta, epoch: life.stream.epoch, missing, now: () => platform.clock.now(), pages, history });
      life.pending.drop(deleted);
    } catch (thrown) {
      // Stopped in the middle: the next pull, now or after the next start, leads here again.
      if (!signal.aborted && !(thrown instanceof RectoError && thrown.code === 'cancelled')) throw thrown;
    }
  }

  async #compare(life: Life, ended: AbortSignal): Promise<void> {
    const started = now();
    await this.inSync();
    // The author comes first.
    await wait(COMPARE_AFTER_MS, ended);
    await pushWhatTheClockHid(this.#settings.collection, life, started, ended);
  }

  /** Sync can't go on until the author has done something: what is written meanwhile is still counted. */
  #halt(hindrance: NonNullable<Hindrance>): void {
    this.#hindrance$.next(hindrance);
    this.#life?.stream.close();
    void this.#inTurn(() => this.#endRound()).catch((thrown: unknown) => this.#fail(thrown));
  }

  #onNetwork(): void {
    if (this.#settings.platform.network.isOnline()) this.syncNow();
  }

  /** The library itself failed (a full disk): sync says so and rests; the next start takes it up. */
  #fail(thrown: unknown): void {
    if (this.#ended.signal.aborted) return;
    const error = RectoError.from(thrown, 'storage_failed', 'The library on this device could not be read or written. Sync rests until Recto starts again.');
    this.#halt({ state: 'offline', message: error.message });
  }
}

function hasMore(page: SyncPullPage, limit: number): boolean {
  return page.more === true || page.documents.length >= limit;
}
