/**
 * Places have addresses: #/library, #/trash, #/processors, #/conflicts/<id>, #/book/<id>/<chapterId>/(write|view|pitch),
 * #/history/<book id>/<chapterId>/<versionId>, #/account and, on a desktop, #/backups/<id>. Links of a server lead to #/join/<token> and
 * #/reset/<token>.
 */
import { useSyncExternalStore } from 'react';

export type BookTab = 'write' | 'view' | 'pitch';

export type Place =
  | { name: 'library' }
  | { name: 'trash' }
  | { name: 'processors' }
  | { name: 'account' }
  | { name: 'join' | 'reset'; token: string }
  | { name: 'conflicts'; conflictId: string | null }
  | { name: 'backups'; backupId: string | null }
  | { name: 'book'; bookId: string; chapterId: string | null; tab: BookTab }
  | { name: 'history'; bookId: string; chapterId: string; versionId: string | null };

const LIBRARY: Place = { name: 'library' };

/** The place of an address; the library for one that says nothing. */
export function parsePlace(hash: string): Place {
  const [, name, first, second, tab] = hash.replace(/^#/, '').split('/');
  try {
    const [id, chapterId] = [first, second].map((part) => (part ? decodeURIComponent(part) : null)) as [string | null, string | null];
    if (name === 'processors' || name === 'trash' || name === 'account') return { name };
    if ((name === 'join' || name === 'reset') && id) return { name, token: id };
    if (name === 'backups') return { name, backupId: id };
    if (name === 'conflicts') return { name, conflictId: id };
    if (name === 'history' && id && chapterId) return { name, bookId: id, chapterId, versionId: tab ? decodeURIComponent(tab) : null };
    if (name !== 'book' || !id) return LIBRARY;
    return { name, bookId: id, chapterId, tab: tab === 'view' || tab === 'pitch' ? tab : 'write' };
  } catch {
    // An address typed by hand, with a broken escape: it names nothing.
    return LIBRARY;
  }
}

export function formatPlace(place: Place): string {
  return `#/${[place.name, ...partsOf(place)].map(encodeURIComponent).join('/')}`;
}

function partsOf(place: Place): string[] {
  const given = (...parts: (string | null)[]): string[] => parts.filter((part) => part !== null);
  if (place.name === 'join' || place.name === 'reset') return [place.token];
  if (place.name === 'backups') return given(place.backupId);
  if (place.name === 'conflicts') return given(place.conflictId);
  if (place.name === 'history') return given(place.bookId, place.chapterId, place.versionId);
  if (place.name === 'book') return place.chapterId === null ? [place.bookId] : [place.bookId, place.chapterId, place.tab];
  return [];
}

/** Goes there. `replace`: the place left is not one to come back to. */
export function goTo(place: Place, options: { replace?: boolean } = {}): void {
  const hash = formatPlace(place);
  if (hash === location.hash) return;
  if (options.replace) {
    history.replaceState(history.state, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = hash;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

let last: { hash: string; place: Place } = { hash: '', place: LIBRARY };

function readPlace(): Place {
  if (location.hash !== last.hash) last = { hash: location.hash, place: parsePlace(location.hash) };
  return last.place;
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, readPlace);
}
