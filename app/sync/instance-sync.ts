/**
 * How an account has its processors is the account's: its server's word holds on each of its devices, which keep it for
 * when there is no connection. What was changed here and could not be told is told when the connection is back.
 */
import { RectoError } from '#schemas/errors.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { Settings } from '../recto-app.ts';
import type { Account } from './account.ts';
import { createBackoff } from './backoff.ts';
import { createProcessorApi, tellInstance, type ServerProcessor } from './processor-api.ts';
import type { LocalState } from './sync-types.ts';

export interface InstanceSync {
  /**
   * Tells what was not told yet, and takes over the rest.
   * @returns what the server has; null: nobody is signed in, or it can't be reached
   */
  refresh(): Promise<ServerProcessor[] | null>;
  /** Of one that was just changed here. @throws RectoError schema_violation (the config), network and others: it is kept here */
  tell(processorId: string): Promise<void>;
  close(): void;
}

export interface InstanceSyncOptions {
  account: Pick<Account, 'session' | 'connection'>;
  /** Of the device. */
  state: LocalState;
  readonly settings: { readonly current: Settings; change(patch: Partial<Settings>): Promise<void> };
}

const KEY = 'instances-untold';
const RETRY = { firstMs: 1_000, maxMs: 5 * 60_000 };
/** What another try may bring. */
const PASSES: readonly string[] = ['network', 'unavailable', 'unauthenticated', 'rate_limited'];

export function createInstanceSync({ account, state, settings }: InstanceSyncOptions): InstanceSync {
  const closed = new AbortController();
  const backoff = createBackoff({ ...RETRY, random: Math.random });
  let isTelling = false;
  const nameOf = (): string => `${account.session?.server} ${account.session?.userId}`;
  const readUntold = async (): Promise<string[]> => ((await state.get(KEY)) as Record<string, string[]> | null)?.[nameOf()] ?? [];
  const note = async (processorId: string, isUntold: boolean): Promise<void> => {
    const all = ((await state.get(KEY)) as Record<string, string[]> | null) ?? {};
    const others = (all[nameOf()] ?? []).filter((id) => id !== processorId);
    await state.set(KEY, { ...all, [nameOf()]: isUntold ? [...others, processorId] : others });
  };

  /** Until all is told; what is left when the app closes is told at the next start. */
  const goOnTelling = async (): Promise<void> => {
    if (isTelling) return;
    isTelling = true;
    try {
      for (;;) {
        await backoff.wait(closed.signal);
        if (closed.signal.aborted) return;
        for (const id of await readUntold()) await tellOnce(id).catch(() => undefined);
        if ((await readUntold()).length === 0) return backoff.reset();
      }
    } finally {
      isTelling = false;
    }
  };
  const tell = async (processorId: string): Promise<void> => {
    try {
      await tellOnce(processorId);
    } catch (thrown) {
      // A store that is being closed: at the next start.
      void goOnTelling().catch(() => undefined);
      throw thrown;
    }
  };

  const tellOnce = async (processorId: string): Promise<void> => {
    const { connection, session } = account;
    if (!connection || !session) return;
    const instance = instanceOf(settings.current.processors, processorId);
    await note(processorId, true);
    try {
      await tellInstance(connection, session.server, processorId, instance);
    } catch (thrown) {
      if (!PASSES.includes(RectoError.from(thrown, 'internal').code)) await note(processorId, false);
      throw thrown;
    }
    // Changed once more meanwhile: that is told by its own.
    if (instanceOf(settings.current.processors, processorId).config === instance.config) await note(processorId, false);
  };

  const takeOver = async (there: readonly ServerProcessor[], before: Settings['processors']): Promise<void> => {
    const [untold, now] = [await readUntold(), settings.current.processors];
    // Where the account has set nothing, this device's stands; and so does what was changed while the server was asked.
    const set = there.filter(({ id, instance }) => instance?.id !== undefined && !untold.includes(id) && now[id] === before[id]);
    const news = set.flatMap(({ id, instance }) => {
      const was = instanceOf(now, id);
      const next = { ...was, active: instance!.active, runAt: instance!.run_at, config: instance!.config };
      return JSON.stringify(next) === JSON.stringify(was) ? [] : [[id, next] as const];
    });
    if (news.length > 0) await settings.change({ processors: { ...now, ...Object.fromEntries(news) } });
  };

  return {
    async refresh() {
      const { connection, session } = account;
      if (!connection || !session) return null;
      try {
        for (const id of await readUntold()) await tell(id).catch(() => undefined);
        const before = settings.current.processors;
        const there = await createProcessorApi(connection, session.server).list();
        // Another account's meanwhile.
        if (account.session === session) await takeOver(there, before);
        return there;
      } catch {
        // The server is an addition: what was known of it stands.
        return null;
      }
    },
    tell,
    close: () => closed.abort(),
  };
}
