import type { Piece } from '#app/domain/compare-texts.ts';
import './compared-text.css';

/** Words of a paragraph, those that went and those that came marked; assistive technology is told by the elements. */
export function ComparedText({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map(({ kind, text }, place) => {
    // The same words may stand in a paragraph twice.
    const key = `${place} ${text}`;
    if (kind === 'removed') return <del key={key}>{text}</del>;
    return kind === 'added' ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>;
  });
}
