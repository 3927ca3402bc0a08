/** The frame of a query letter: what agents expect around what the book is about. What it doesn't know stands in brackets. */
import type { PitchSentence } from '#schemas/generated/types.ts';

const template = (text: string, paragraph = true): PitchSentence => ({ text, chapter_ids: [], origin: 'template', ...(paragraph && { paragraph }) });

export function frameLetter(body: readonly PitchSentence[]): PitchSentence[] {
  return [
    template('Dear [agent],'),
    template('I am seeking representation for [title], a [genre] novel complete at [words] words.'),
    ...body.map((sentence, index) => (index === 0 ? { ...sentence, paragraph: true } : sentence)),
    template('[about]'),
    template('Thank you for your time and consideration.'),
    template('[author]'),
  ];
}

/** To the nearest thousand, as agents want it; to the hundred below five thousand. */
export function roundWords(words: number): string {
  const unit = words >= 5000 ? 1000 : 100;
  return new Intl.NumberFormat('en').format(Math.max(unit, Math.round(words / unit) * unit));
}

/** Facts of the book for the letter; what the author filled in stays. */
export function letterFields(book: { title: string; author: string; words: number }): { title: string; author: string; words: string } {
  return { title: book.title, author: book.author, words: roundWords(book.words) };
}
