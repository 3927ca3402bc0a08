/** One device in a run: its process, its network, its folder, and what the author does there, in order. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultProxy } from '#app/test-support/fault-proxy.ts';
import type { Random } from '../random.ts';
import type { Act, Credentials, Digest, SettledState } from './commands.ts';
import type { DeviceProcess } from './device-pool.ts';
import type { Stage } from './stage.ts';
import type { WordLedger } from './word-ledger.ts';

/** RxDB compares all it has with what was sent when it has been open for a while (device time). */
const COMPARED_AFTER_MS = 2_500;
/** A device that waits for something longer than that waits for ever. */
const SETTLED_WITHIN_MS = 90_000;
const HOUR_MS = 3_600_000;

export interface Player {
  readonly index: number;
  readonly proxy: FaultProxy;
  open(how: 'sign-up' | 'sign-in'): Promise<void>;
  /** After all that was asked for before. */
  act(act: Act): Promise<void>;
  setOnline(online: boolean): Promise<void>;
  /** The clock is wrong by up to two hours, another time each. */
  jumpClock(): Promise<void>;
  /** kill -9 while `act` is on its way. The device starts again, with the same file. */
  killDuring(act: Act, afterMs: number): Promise<void>;
  /** Ends as a person ends the app, and starts again. */
  restart(): Promise<void>;
  save(): Promise<void>;
  /** @param waitMs of the device's time, before it is looked at once more */
  settle(waitMs?: number): Promise<SettledState>;
  digest(): Promise<Digest>;
  show(ids: string[]): Promise<Record<string, string>>;
  explain(ids: string[]): Promise<string>;
  /** How often the author had to sign in again. */
  readonly signIns: number;
  close(): Promise<void>;
}

export interface PlayerParts {
  stage: Stage;
  index: number;
  folder: string;
  person: Omit<Credentials, 'server'>;
  random: Random;
  ledger: WordLedger;
  log(line: string): void;
}

export function createPlayer({ stage, index, folder, person, random, ledger, log }: PlayerParts): Player {
  const proxy = stage.proxies[index]!;
  const credentials = { ...person, server: proxy.url };
  const storage = random.pick(['memory', 'memory', 'dexie'] as const);
  let process: DeviceProcess = stage.pool.take();
  let online = true;
  let hasStarted = true;
  let signIns = 0;
  let last: Promise<void> = Promise.resolve();
  const chooseOffset = (): number => Math.round((random.fraction() * 4 - 2) * HOUR_MS);
  const home = join(folder, `device-${index}`);
  mkdirSync(home, { recursive: true });

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work);
    return last;
  };
  const start = (how: 'sign-up' | 'sign-in' | 'go-on'): Promise<void> => process.call('open', { ...credentials, how, storage, folder: home, online, offsetMs: chooseOffset() });
  const settleOnce = async (waitMs: number): Promise<SettledState> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`device ${index} does not come to rest`)), SETTLED_WITHIN_MS);
    });
    return await Promise.race([process.call('settle', { waitMs }), late]).finally(() => clearTimeout(timer));
  };

  return {
    index,
    proxy,
    open: start,
    act: (act) =>
      inTurn(async () => {
        log(`device ${index}: ${JSON.stringify(act)}`);
        ledger.note(index, await process.call('act', act));
      }),
    setOnline: (isOnline) =>
      inTurn(async () => {
        if (isOnline !== online) log(`device ${index}: ${isOnline ? 'online' : 'offline'}`);
        online = isOnline;
        if (isOnline) proxy.join();
        else proxy.cut();
        await process.call('setOnline', { online });
      }),
    jumpClock: () => inTurn(() => process.call('setClock', { offsetMs: chooseOffset() })),
    killDuring: (act, afterMs) =>
      inTurn(async () => {
        log(`device ${index}: kill -9 in ${JSON.stringify(act)}`);
        // What it did not answer is not known to be saved.
        void process.call('act', act).then((result) => ledger.note(index, result), () => undefined);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await process.kill();
        ledger.killed(index);
        process = stage.pool.take();
        hasStarted = true;
        await start('go-on');
      }),
    restart: () =>
      inTurn(async () => {
        log(`device ${index}: restart`);
        await process.call('close');
        ledger.saved(index);
        process.release();
        process = stage.pool.take();
        hasStarted = true;
        await start('go-on');
      }),
    save: () =>
      inTurn(async () => {
        await process.call('save');
        ledger.saved(index);
      }),
    settle: async (waitMs = 0) => {
      const lookAt = Math.max(waitMs, hasStarted ? COMPARED_AFTER_MS : 0);
      hasStarted = false;
      const settled = await settleOnce(lookAt);
      if (settled.state !== 'signed-out') return settled;
      // A reply with the next refresh token was lost.
      log(`device ${index}: signs in again`);
      signIns += 1;
      await process.call('signIn', credentials);
      return await settleOnce(lookAt);
    },
    digest: () => process.call('digest'),
    show: (ids) => process.call('show', { ids }),
    explain: (ids) => process.call('explain', { ids }),
    get signIns() {
      return signIns;
    },
    close: async () => {
      await last.catch(() => undefined);
      try {
        await process.call('close');
        process.release();
      } catch {
        await process.kill();
      }
    },
  };
}
