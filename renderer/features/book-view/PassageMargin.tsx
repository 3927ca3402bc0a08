import { useSyncExternalStore, type CSSProperties } from 'react';
import type { ExpansionView } from '#app/recto-app.ts';
import type { AlignedPassage } from '#processors/contract/passages.ts';
import { Popover } from '#renderer/ui/Popover.tsx';
import { actionsOf, nameOf, provenanceOf, wordOf } from './describe-passage.ts';
import type { PlacedPassage, Spread } from './spread.ts';

export interface PassageHandlers {
  expand(index: number): void;
  keep(index: number): void;
  discard(index: number): void;
}

interface PassageMarginProps {
  spread: Spread;
  expansion: ExpansionView;
  /** The passages under the pointer and under the caret. */
  pointed: number | null;
  caret: number | null;
  /** What is being written right now. */
  partial: { passage: number; text: string } | null;
  failed: { passage: number | null; message: string } | null;
  handlers: PassageHandlers;
}

/** What stands beside the passages in sight: their state, and what can be done with each. */
export function PassageMargin({ spread, expansion, ...rest }: PassageMarginProps) {
  const placed = useSyncExternalStore(spread.subscribe, spread.getPlaced);
  return placed.map((place) => {
    const aligned = expansion.passages[place.index];
    return aligned && <PassageBeside key={place.index} place={place} aligned={aligned} expansion={expansion} {...rest} />;
  });
}

interface PassageBesideProps extends Omit<PassageMarginProps, 'spread'> {
  place: PlacedPassage;
  aligned: AlignedPassage;
}

function PassageBeside({ place, aligned, expansion, pointed, caret, partial, failed, handlers }: PassageBesideProps) {
  const { index } = aligned;
  const number = index + 1;
  const can = actionsOf(aligned);
  const hasFailed = failed?.passage === index;
  const writing = partial?.passage === index ? partial.text : null;
  const word = writing !== null ? 'growing' : hasFailed ? 'failed' : wordOf(aligned);
  return (
    <fieldset
      aria-label={nameOf(aligned)}
      className="passage"
      data-state={hasFailed ? 'failed' : aligned.state}
      data-active={pointed === index || caret === index || undefined}
      style={styleOf(place)}
    >
      <span className="passage-line" aria-hidden />
      {word && <span className="passage-word">{word}</span>}
      {writing !== null && caret !== index && (
        <div className="passage-partial" aria-hidden>
          <p>{writing}</p>
        </div>
      )}
      {hasFailed && <p className="passage-failure">{failed?.message}</p>}
      <div className="passage-tools">
        {can.expand && (
          <button type="button" aria-label={`Expand passage ${number}`} onClick={() => handlers.expand(index)}>
            Expand
          </button>
        )}
        {can.again && (
          <button type="button" aria-label={`Expand again: passage ${number}`} onClick={() => handlers.expand(index)}>
            Expand again
          </button>
        )}
        {can.keep && (
          <button type="button" aria-label={`Keep passage ${number}`} onClick={() => handlers.keep(index)}>
            Keep
          </button>
        )}
        {can.discard && (
          <button type="button" aria-label={`Discard passage ${number}`} onClick={() => handlers.discard(index)}>
            Discard
          </button>
        )}
        {can.about && <Provenance aligned={aligned} expansion={expansion} />}
      </div>
    </fieldset>
  );
}

function styleOf({ top, height, rectoHeight }: PlacedPassage): CSSProperties {
  const lengths: Record<`--${string}`, string> = { '--passage-top': `${top}px`, '--recto-height': `${rectoHeight}px` };
  return { top, height, ...lengths };
}

function Provenance({ aligned, expansion }: { aligned: AlignedPassage; expansion: ExpansionView }) {
  const number = aligned.index + 1;
  return (
    <Popover
      label={`About passage ${number}`}
      trigger={
        <button type="button" aria-label={`About passage ${number}`}>
          About
        </button>
      }
    >
      <dl className="provenance">
        {provenanceOf(aligned, expansion.blob).map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}
