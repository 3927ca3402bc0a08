import { useMemo, useState } from 'react';
import { compareTexts, type ComparedParagraph } from '#app/domain/compare-texts.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ComparedText } from '#renderer/ui/ComparedText.tsx';
import { foldRows } from './fold-rows.ts';
import './comparison.css';

interface ComparisonRowsProps {
  before: string;
  after: string;
  /** Puts an old paragraph in the place of the new one; absent where that can't be done. */
  onTake?: ((row: ComparedParagraph) => void) | undefined;
}

/** Two texts as one: what went struck through, what came underlined, what stayed folded away. */
export function ComparisonRows({ before, after, onTake }: ComparisonRowsProps) {
  const folded = useMemo(() => foldRows(compareTexts(before, after)), [before, after]);
  if (folded.every((one) => one.kind === 'fold' || one.row.kind === 'same')) return <Unchanged text={after} />;
  return (
    <div className="comparison" dir="auto">
      {folded.map((one) =>
        one.kind === 'fold' ? (
          <Fold key={`fold ${one.rows[0]?.after.first}`} rows={one.rows} />
        ) : (
          <Row key={`${one.row.kind} ${one.row.before.first} ${one.row.after.first}`} row={one.row} onTake={onTake} />
        ),
      )}
    </div>
  );
}

function Unchanged({ text }: { text: string }) {
  return (
    <>
      <p className="comparison-note">Both say the same{text.trim() === '' ? ': nothing' : ''}.</p>
      <div className="comparison" dir="auto">
        {compareTexts(text, text).map((row) => (
          <Row key={row.after.first} row={row} />
        ))}
      </div>
    </>
  );
}

const MARKS: Record<ComparedParagraph['kind'], string> = { same: '', changed: 'changed', removed: 'removed', added: 'added' };

function Row({ row, onTake }: { row: ComparedParagraph; onTake?: ComparisonRowsProps['onTake'] }) {
  const { kind, before, pieces } = row;
  const canTake = onTake && (kind === 'changed' || kind === 'removed');
  return (
    <div className="comparison-row" data-kind={kind}>
      {kind !== 'same' && <span className="comparison-mark">{MARKS[kind]}</span>}
      <p>
        <ComparedText pieces={pieces} />
      </p>
      {canTake && (
        <Button kind="quiet" aria-label={`Take back the old paragraph ${before.first + 1}`} onClick={() => onTake(row)}>
          Take back
        </Button>
      )}
    </div>
  );
}

function Fold({ rows }: { rows: readonly ComparedParagraph[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" className="comparison-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Fold away' : 'Show'} {formatCount(rows.length, 'unchanged paragraph')}
      </Button>
      {open && rows.map((row) => <Row key={row.after.first} row={row} />)}
    </>
  );
}
