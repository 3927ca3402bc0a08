import type { Mirror } from '#app/ports.ts';
import type { CallMain } from './desktop-bridge.ts';

/** The author's file, which main keeps. */
export function createDesktopMirror(call: CallMain): Mirror {
  return {
    open: (place) => call('mirror.open', place),
    write: async (store, rows) => (await call('mirror.write', { store, rows: [...rows] })).mark,
    read: async (store, after, limit) => (await call('mirror.read', { store, after, limit })).rows,
    readKeys: async (store, after, limit) => (await call('mirror.read-keys', { store, after, limit })).keys,
    readSome: async (store, ids) => (await call('mirror.read-some', { store, ids: [...ids] })).rows,
    forget: async (store) => void (await call('mirror.forget', { store })),
  };
}
