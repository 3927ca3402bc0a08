import { useEffect, useState } from 'react';
import type { ConflictView } from '#app/sync/sync-types.ts';
import { readConflict, type ConflictSides } from '#app/use-cases/read-conflict.ts';
import { settleConflict } from '#app/use-cases/settle-conflict.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { paragraphsApart } from './paragraphs-apart.ts';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One conflict: the paragraphs that only one device had, side by side. */
export function ConflictSidesView({ conflict, onLeave }: { conflict: ConflictView; onLeave: () => void }) {
  const app = useApp();
  const { showError } = useToast();
  const [sides, setSides] = useState<ConflictSides | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    readConflict(app, conflict).then(
      (read) => shown && setSides(read),
      (thrown: unknown) => shown && setTrouble(describeError(thrown)),
    );
    return () => {
      shown = false;
    };
  }, [app, conflict]);
  const apart = sides && paragraphsApart(sides.mine, sides.theirs);
  return (
    <li className="conflict">
      <p className="conflict-when">{WHEN.format(new Date(conflict.createdAt))}</p>
      {trouble && <p className="sentence-error">{trouble}</p>}
      {apart && (
        <div className="conflict-sides">
          {/* Whose 'mine' it is depends on the device that merged, which may be either. */}
          <Side heading="One device had" paragraphs={apart.mine} />
          <Side heading="The other had" paragraphs={apart.theirs} />
        </div>
      )}
      <div className="conflict-actions">
        {sides?.place && (
          <a className="button" href={formatPlace({ name: 'book', ...sides.place, tab: 'write' })} onClick={onLeave}>
            Open the merged text
          </a>
        )}
        <Button kind="primary" onClick={() => void settleConflict(app, conflict.id).catch(showError)}>
          Settle
        </Button>
      </div>
    </li>
  );
}

function Side({ heading, paragraphs }: { heading: string; paragraphs: readonly string[] }) {
  return (
    <section>
      <h3>{heading}</h3>
      {paragraphs.length === 0 && <p className="conflict-none">Nothing that the other has not.</p>}
      {paragraphs.map((paragraph, index) => (
        // A text may hold the same paragraph twice.
        <p key={`${index} ${paragraph}`}>{paragraph}</p>
      ))}
    </section>
  );
}
