import { splitParagraphs } from '#processors/contract/passages.ts';
import { RectoError } from '#schemas/errors.ts';

/** Consecutive paragraphs of a text. Count 0: the place before `first`. */
export interface ParagraphRun {
  first: number;
  count: number;
}

/**
 * A text with other paragraphs in the place of a run of its own; with none, the run goes. All around it stays as it is.
 * @throws RectoError input_invalid: the text has no such run
 */
export function replaceParagraphs(text: string, { first, count }: ParagraphRun, paragraphs: readonly string[]): string {
  const all = splitParagraphs(text);
  if (first < 0 || count < 0 || first + count > all.length) {
    throw new RectoError('input_invalid', 'The chapter has been changed since the two were compared, so nothing was taken back. Compare them again.');
  }
  const middle = paragraphs.join('\n\n');
  if (count > 0 && middle !== '') return text.slice(0, all[first]!.start) + middle + text.slice(all[first + count - 1]!.end);
  const before = text.slice(0, first === 0 ? (all[0]?.start ?? text.length) : all[first - 1]!.end);
  const after = first + count === all.length ? text.slice(all.at(-1)?.end ?? text.length) : text.slice(all[first + count]!.start);
  const isFirst = first === 0;
  const isLast = first + count === all.length;
  const parts = [isFirst ? '' : '\n\n', middle, isLast || middle === '' ? '' : '\n\n'];
  // Without a middle, one break is enough between what stood around it.
  if (middle === '' && isLast) parts[0] = '';
  return before + parts.join('') + after;
}
