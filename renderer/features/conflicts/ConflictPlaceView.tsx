import { compareTexts } from '#app/domain/compare-texts.ts';
import type { ConflictPlace, ConflictTexts } from '#app/domain/conflict-places.ts';
import type { ParagraphRun } from '#app/domain/replace-paragraphs.ts';
import { splitParagraphs } from '#processors/contract/passages.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ComparedText } from '#renderer/ui/ComparedText.tsx';
import type { SideNames } from './name-sides.ts';

type Takable = 'base' | 'mine' | 'theirs';

interface ConflictPlaceViewProps {
  place: ConflictPlace;
  index: number;
  count: number;
  texts: ConflictTexts;
  names: SideNames;
  busy: boolean;
  onTake(side: Takable): void;
}

/** One place: before, each device's, and what stands there now. What a side changed is marked. */
export function ConflictPlaceView({ place, index, count, texts, names, busy, onTake }: ConflictPlaceViewProps) {
  const before = texts.base === null ? null : cut(texts.base, place.base);
  const title = count === 1 ? 'Where both changed the same' : `Place ${index + 1} of ${count}`;
  const sides: Takable[] = before === null ? ['mine', 'theirs'] : ['base', 'mine', 'theirs'];
  return (
    <section className="conflict-place" aria-label={title}>
      <h3>{title}</h3>
      <div className="conflict-sides" data-count={sides.length}>
        {sides.map((side) => {
          const text = side === 'base' ? (before ?? '') : cut(texts[side], place[side]);
          return (
            <section key={side} className="conflict-side">
              <h4>{names[side]}</h4>
              <SideText text={text} since={side === 'base' ? null : before} />
              {place.now && (
                <Button aria-disabled={busy} aria-label={`${title}: take what stands under “${names[side]}”`} onClick={() => onTake(side)}>
                  Take this
                </Button>
              )}
            </section>
          );
        })}
      </div>
      <section className="conflict-merged">
        <h4>{names.merged}</h4>
        {place.now ? <SideText text={cut(texts.now, place.now)} since={null} /> : <p className="side-page-quiet">This place has been written on since: it reads as you left it.</p>}
      </section>
    </section>
  );
}

/** @param since what it was changed from; null: it is shown as it is */
function SideText({ text, since }: { text: string; since: string | null }) {
  if (text === '') return <p className="side-page-quiet">Nothing: it was deleted, or not yet written.</p>;
  const rows = compareTexts(since ?? text, text);
  return (
    <div className="conflict-text" dir="auto">
      {rows.map((row, place) => (
        // A text may hold the same paragraph twice.
        <p key={place}>
          <ComparedText pieces={row.pieces} />
        </p>
      ))}
    </div>
  );
}

function cut(text: string, { first, count }: ParagraphRun): string {
  return splitParagraphs(text).slice(first, first + count).map((paragraph) => paragraph.text).join('\n\n');
}
