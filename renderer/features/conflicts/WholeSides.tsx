import type { ConflictTexts } from '#app/domain/conflict-places.ts';
import { ComparisonRows } from '#renderer/features/history/ComparisonRows.tsx';
import type { SideNames } from './name-sides.ts';

/** Where no place can be told apart: all that each side had, beside what both started from. */
export function WholeSides({ texts, names }: { texts: ConflictTexts; names: SideNames }) {
  return (
    <div className="conflict-sides" data-count={2}>
      {(['mine', 'theirs'] as const).map((side) => (
        <section key={side} className="conflict-side">
          <h4>{names[side]}</h4>
          <ComparisonRows before={texts.base ?? texts.now} after={texts[side]} />
        </section>
      ))}
    </div>
  );
}
