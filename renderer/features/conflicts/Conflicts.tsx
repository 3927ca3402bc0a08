import { useState } from 'react';
import type { ConflictView } from '#app/sync/sync-types.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ConflictSidesView } from './ConflictSides.tsx';
import './conflicts.css';

const NONE: ConflictView[] = [];

/** Texts that two devices changed in the same place: how many, and what each had. Nothing while there is none. */
export function Conflicts() {
  const { conflicts$ } = useApp();
  const conflicts = useObservable(conflicts$, NONE);
  const [open, setOpen] = useState(false);
  const none = conflicts.length === 0;
  // The last one was settled: the next one that comes opens nothing by itself.
  if (none && open) setOpen(false);
  const words = formatCount(conflicts.length, 'conflict');
  useCommands([{ id: 'conflicts.open', name: 'Look at the conflicts', group: 'Account', key: 'Mod+Alt+C', disabled: none, run: () => setOpen(true) }]);
  return (
    <>
      {!none && (
        <button type="button" className="status-button" data-tone="trouble" onClick={() => setOpen(true)}>
          {words}
        </button>
      )}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={words}
        description="Two devices changed the same words. The text holds both; mend it where it needs it, then settle. What each device had is kept."
        size="large"
      >
        <ul className="conflicts">
          {conflicts.map((conflict) => (
            <ConflictSidesView key={conflict.id} conflict={conflict} onLeave={() => setOpen(false)} />
          ))}
        </ul>
      </Dialog>
    </>
  );
}
