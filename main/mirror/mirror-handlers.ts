import type { Handlers } from '../ipc.ts';
import type { MirrorService } from './open-mirror.ts';

type MirrorCalls = 'mirror.open' | 'mirror.write' | 'mirror.read' | 'mirror.read-keys' | 'mirror.read-some' | 'mirror.forget';

/** The window's way to the author's file. Errors are those of MirrorService. */
export function createMirrorHandlers(mirror: MirrorService): Pick<Handlers, MirrorCalls> {
  return {
    'mirror.open': (place) => mirror.open(place),
    'mirror.write': async ({ store, rows }) => ({ mark: await mirror.write(store, rows) }),
    'mirror.read': async ({ store, after, limit }) => ({ rows: await mirror.read(store, after, limit) }),
    'mirror.read-keys': async ({ store, after, limit }) => ({ keys: await mirror.readKeys(store, after, limit) }),
    'mirror.read-some': async ({ store, ids }) => ({ rows: await mirror.readSome(store, ids) }),
    async 'mirror.forget'({ store }) {
      await mirror.forget(store);
      return null;
    },
  };
}
