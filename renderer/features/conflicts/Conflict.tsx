import { useMemo, useState } from 'react';
import { findConflictPlaces } from '#app/domain/conflict-places.ts';
import type { ConflictView } from '#app/sync/sync-types.ts';
import type { ConflictReading } from '#app/use-cases/read-conflict.ts';
import { settleConflict, type ConflictChoice } from '#app/use-cases/settle-conflict.ts';
import { takeParagraphs } from '#app/use-cases/take-paragraphs.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ConflictPlaceView } from './ConflictPlaceView.tsx';
import { inSentence, nameSides, type SideName, type SideNames } from './name-sides.ts';
import { useConflictReading } from './use-conflict-reading.ts';
import { WholeSides } from './WholeSides.tsx';

interface ConflictProps {
  conflict: ConflictView;
  onSettled(): void;
}

/** One conflict: each place where both changed the same, and the choices. */
export function Conflict({ conflict, onSettled }: ConflictProps) {
  const { reading, trouble } = useConflictReading(conflict);
  if (trouble) {
    return (
      <p className="conflict-trouble sentence-error" role="alert">
        {trouble}
      </p>
    );
  }
  return reading && <ReadConflict conflict={conflict} reading={reading} onSettled={onSettled} />;
}

function ReadConflict({ conflict, reading, onSettled }: ConflictProps & { reading: ConflictReading }) {
  const { title, bookTitle, of, place, texts } = reading;
  const { base, mine, theirs, now } = texts;
  const names = nameSides(reading.devices);
  const places = useMemo(() => (of === 'chapter' ? findConflictPlaces({ base, mine, theirs, now }) : []), [of, base, mine, theirs, now]);
  const { settle, take, busy } = useChoices(conflict, reading, places.filter((one) => one.now).length, names, onSettled);
  return (
    <article className="sheet conflict">
      <header className="sheet-head">
        <h2 dir="auto">{title || 'Untitled'}</h2>
        <p className="side-page-quiet">
          {bookTitle && bookTitle !== title ? `${bookTitle} · ` : ''}
          {names.mine} and {inSentence(names.theirs)} · merged {formatMoment(conflict.createdAt)}
        </p>
        {place && (
          <a className="button" href={formatPlace({ name: 'book', ...place, tab: conflict.schemaId === 'expanded-text-v1' ? 'view' : 'write' })}>
            Open the merged text
          </a>
        )}
      </header>
      {places.map((one, index) => (
        <ConflictPlaceView key={`${one.mine.first} ${one.theirs.first}`} place={one} index={index} count={places.length} texts={texts} names={names} busy={busy} onTake={(side) => void take(side, one)} />
      ))}
      {places.length === 0 && <WholeSides texts={texts} names={names} />}
      <WholeChoices names={names} hasBase={base !== null} canTake={of !== 'other'} busy={busy} onChoose={(choice) => void settle(choice)} />
    </article>
  );
}

/** What is done with a whole conflict or one place of it; each can be undone. */
function useChoices(conflict: ConflictView, { place, texts }: ConflictReading, open: number, names: SideNames, onSettled: () => void) {
  const app = useApp();
  const { show, showError } = useToast();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      await app.flush();
      await work();
    } catch (thrown) {
      showError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const settle = (choice: ConflictChoice): Promise<void> =>
    run(async () => {
      const { undo } = await settleConflict(app, conflict.id, choice);
      onSettled();
      const stands = choice === 'merged' ? 'The merged text stands' : `The text is as in “${names[choice]}”`;
      show({ message: `Settled. ${stands}; the other versions stay in the history.`, undo });
    });
  const take = (side: Exclude<SideName, 'merged'>, at: Parameters<typeof ConflictPlaceView>[0]['place']): Promise<void> =>
    run(async () => {
      const versionId = { mine: conflict.mineId, theirs: conflict.theirsId, base: conflict.baseId }[side];
      if (!place || !at.now || versionId === null) return;
      const taken = await takeParagraphs(app, { ...place, versionId, from: at[side], at: at.now, seen: texts.now });
      // The last place was chosen: nothing is left to be seen to.
      const settled = open === 1 ? await settleConflict(app, conflict.id) : null;
      if (settled) onSettled();
      const undo = async (): Promise<void> => {
        await settled?.undo();
        await taken.undo();
      };
      show({ message: `This place reads as in “${names[side]}” now.${settled ? ' It was the last one: the conflict is settled.' : ''}`, undo });
    });
  return { settle, take, busy };
}

interface WholeChoicesProps {
  names: SideNames;
  hasBase: boolean;
  /** False: nobody knows how to put one side in its place. */
  canTake: boolean;
  busy: boolean;
  onChoose(choice: ConflictChoice): void;
}

function WholeChoices({ names, hasBase, canTake, busy, onChoose }: WholeChoicesProps) {
  const choices: ConflictChoice[] = canTake ? ['mine', 'theirs', ...(hasBase ? (['base'] as const) : [])] : [];
  return (
    <section className="conflict-whole" aria-labelledby="conflict-whole">
      <h3 id="conflict-whole">The whole text</h3>
      <div className="conflict-choices">
        <Button kind="primary" aria-disabled={busy} onClick={() => onChoose('merged')}>
          Keep the merged text
        </Button>
        {choices.map((choice) => (
          <Button key={choice} aria-disabled={busy} onClick={() => onChoose(choice)}>
            {choice === 'base' ? 'Go back to before both' : `Take all as in: ${names[choice]}`}
          </Button>
        ))}
      </div>
      <p className="side-page-quiet">Each of these settles it, and can be undone. What is replaced is kept in the history first.</p>
    </section>
  );
}
