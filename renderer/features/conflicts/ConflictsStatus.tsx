import type { ConflictView } from '#app/sync/sync-types.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace, goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

const NONE: ConflictView[] = [];
const PLACE = { name: 'conflicts', conflictId: null } as const;

/** How many texts two devices changed in the same place, and the way there. Nothing while there is none. */
export function ConflictsStatus() {
  const { conflicts$ } = useApp();
  const { length } = useObservable(conflicts$, NONE);
  useCommands([{ id: 'conflicts.open', name: 'Look at the conflicts', group: 'Account', key: 'Mod+Alt+C', keywords: ['merge', 'devices', 'settle'], disabled: length === 0, run: () => goTo(PLACE) }]);
  if (length === 0) return null;
  return (
    <a className="status-button" data-tone="trouble" href={formatPlace(PLACE)}>
      {formatCount(length, 'conflict')}
    </a>
  );
}
