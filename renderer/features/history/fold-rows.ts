import type { ComparedParagraph } from '#app/domain/compare-texts.ts';

export type FoldedRow = { kind: 'row'; row: ComparedParagraph } | { kind: 'fold'; rows: ComparedParagraph[] };

/** Unchanged paragraphs shown on either side of a change, to know where it stands. */
const AROUND = 1;
/** Fewer than this are not worth a fold. */
const FOLD_FROM = 3;

/** What did not change, away from all that did, folded away. */
export function foldRows(rows: readonly ComparedParagraph[]): FoldedRow[] {
  const isNear = (place: number): boolean => rows.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ kind }) => kind !== 'same');
  const folded: FoldedRow[] = [];
  let away: ComparedParagraph[] = [];
  const fold = (): void => {
    if (away.length >= FOLD_FROM) folded.push({ kind: 'fold', rows: away });
    else folded.push(...away.map((row) => ({ kind: 'row' as const, row })));
    away = [];
  };
  rows.forEach((row, place) => {
    if (!isNear(place)) {
      away.push(row);
      return;
    }
    fold();
    folded.push({ kind: 'row', row });
  });
  fold();
  return folded;
}
