/** Places have addresses: #/library, #/processors, #/book/<id>/<chapterId>/(write|view|pitch) and, on a desktop, #/backups/<id>. */
import { useSyncExternalStore } from 'react';

export type BookTab = 'write' | 'view' | 'pitch';

export type Place = { name: 'library' } | { name: 'processors' } | { name: 'backups'; backupId: string | null } | { name: 'book'; bookId: string; chapterId: string | null; tab: BookTab };

const LIBRARY: Place = { name: 'library' };

/** The place of an address; the library for one that says nothing. */
export function parsePlace(hash: string): Place {
  const [, name, first, second, tab] = hash.replace(/^#/, '').split('/');
  try {
    if (name === 'processors') return { name };
    if (name === 'backups') return { name, backupId: first ? decodeURIComponent(first) : null };
    if (name !== 'book' || !first) return LIBRARY;
    return { name, bookId: decodeURIComponent(first), chapterId: second ? decodeURIComponent(second) : null, tab: tab === 'view' || tab === 'pitch' ? tab : 'write' };
  } catch {
    // An address typed by hand, with a broken escape: it names nothing.
    return LIBRARY;
  }
}

export function formatPlace(place: Place): string {
  if (place.name === 'library' || place.name === 'processors') return `#/${place.name}`;
  if (place.name === 'backups') return place.backupId === null ? '#/backups' : `#/backups/${encodeURIComponent(place.backupId)}`;
  const chapter = place.chapterId ? `/${encodeURIComponent(place.chapterId)}/${place.tab}` : '';
  return `#/book/${encodeURIComponent(place.bookId)}${chapter}`;
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
