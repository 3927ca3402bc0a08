import { BehaviorSubject, filter, firstValueFrom, map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { openCurrentLibrary, type CurrentLibrary } from './current-library.ts';
import type { Session } from './recto-app.ts';
import type { Library } from './store/library.ts';
import { observeBooks } from './store/observe-books.ts';
import { DEFAULT_SETTINGS } from './store/settings.ts';
import { newBookBlob } from './store/change-book.ts';
import type { Account } from './sync/account.ts';
import { createTestPlatform } from './test-support/test-platform.ts';

const ANNA: Session = { server: 'http://127.0.0.1:1', email: 'anna@example.org', userId: 'anna' };
const BEN: Session = { ...ANNA, email: 'ben@example.org', userId: 'ben' };

/** Who is signed in, without a server: as where there is no network. */
function createAccount(): { account: Account; enter(session: Session | null): void } {
  const session$ = new BehaviorSubject<Session | null>(null);
  const refuse = async (): Promise<never> => {
    throw new RectoError('network', 'No connection.');
  };
  const unused = async (): Promise<never> => {
    throw new RectoError('internal', 'Not in this test.');
  };
  return {
    enter: (session) => session$.next(session),
    account: {
      session$,
      get session() {
        return session$.value;
      },
      get connection() {
        return session$.value ? { fetch: refuse, openSocket: refuse } : null;
      },
      signUp: unused,
      signIn: unused,
      signOut: unused,
    },
  };
}

let current: CurrentLibrary | undefined;
afterEach(async () => current?.close());

async function open() {
  const { account, enter } = createAccount();
  const platform = createTestPlatform({ network: { isOnline: () => false, onChange: () => () => undefined } });
  const opened = await openCurrentLibrary(platform, account, async () => undefined, () => DEFAULT_SETTINGS);
  current = opened;
  const titles$ = opened.stream(observeBooks).pipe(map((books) => books.map(({ title }) => title)));
  const addBook = async (id: string, title: string): Promise<Library> => {
    const library = await opened.get();
    await library.blobs.insert([newBookBlob(library, id, { title, author: '', chapters: [] })]);
    return library;
  };
  return { opened, enter, titles$, addBook };
}

describe('switching accounts', () => {
  it('shows each its own books and never mixes them, and streams go on', async () => {
    const { opened, enter, titles$, addBook } = await open();
    const seen: string[][] = [];
    titles$.subscribe((titles) => seen.push(titles));
    expect((await addBook('b1', 'Local')).userId).toBe('local');
    await firstValueFrom(titles$.pipe(filter((titles) => titles.includes('Local'))));
    enter(ANNA);
    expect((await addBook('b2', 'Anna’s')).userId).toBe('anna');
    await firstValueFrom(titles$.pipe(filter((titles) => titles.includes('Anna’s'))));
    enter(BEN);
    await opened.get();
    expect(await firstValueFrom(titles$)).toEqual([]);
    enter(ANNA);
    await opened.get();
    expect(await firstValueFrom(titles$)).toEqual(['Anna’s']);
    enter(null);
    await opened.get();
    expect(await firstValueFrom(titles$)).toEqual(['Local']);
    expect(seen.every((titles) => titles.length < 2)).toBe(true);
    expect(seen.at(-1)).toEqual(['Local']);
  });

  it('saves first what was typed before', async () => {
    const { opened, enter } = await open();
    const local = await opened.get();
    await local.blobs.insert([{ id: 'd', user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: '' } }]);
    const session = await local.drafts.open('d');
    session.changed(() => 'Typed a moment ago.');
    enter(ANNA);
    await opened.get();
    enter(null);
    expect((await (await opened.get()).drafts.open('d')).initialText).toBe('Typed a moment ago.');
  });

  it('says that it is signed out, then that changes wait for the network', async () => {
    const { opened, enter, addBook } = await open();
    expect(await firstValueFrom(opened.syncStatus$)).toMatchObject({ state: 'signed-out', pending: 0 });
    enter(ANNA);
    await addBook('b', 'Anna’s');
    expect(await firstValueFrom(opened.session$)).toEqual(ANNA);
    const status = await firstValueFrom(opened.syncStatus$.pipe(filter(({ state, pending }) => state === 'offline' && pending === 1)));
    expect(status.setAside).toEqual([]);
  });
});
