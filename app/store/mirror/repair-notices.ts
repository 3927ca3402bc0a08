/** What the author is told of a repair. */
import type { MirrorStore, Notice } from '#schemas/ipc.ts';
import type { Comparison } from './repair.ts';

/** @param store as it was opened, before it was compared */
export function describeRepair(store: Pick<MirrorStore, 'rows' | 'fromBackupOf'>, { restored, before, copyAfter }: Comparison): Notice[] {
  const backup = store.fromBackupOf === null ? null : new Date(store.fromBackupOf).toLocaleString();
  if (restored > 0) {
    const texts = restored === 1 ? '1 text' : `${restored.toLocaleString('en')} texts`;
    const came = restored === 1 ? 'It came' : 'They came';
    if (backup !== null) {
      return [{ kind: 'warning', message: `${texts} had been lost on this computer. ${came} back from the backup of ${backup}: what was written after that is not in it. If you sync, what the server has comes by itself.` }];
    }
    if (before === 0) return [{ kind: 'warning', message: `The browser engine had lost its copy of the library; ${texts} came back from the library file. Nothing is missing.` }];
    return [{ kind: 'warning', message: `The browser engine’s copy of the library was damaged; ${texts} came back from the library file.` }];
  }
  if (copyAfter === undefined || before === 0) return [];
  if (backup !== null) return [{ kind: 'information', message: `The library file came back from the backup of ${backup}. What was written since is being added to it from the browser engine’s copy.` }];
  if (store.rows === 0) return [{ kind: 'information', message: 'The library file was missing or empty. It is being made anew from the browser engine’s copy.' }];
  return [];
}
