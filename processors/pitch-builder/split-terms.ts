/** Scripts that put no space between words; their words are Intl.Segmenter's (dictionaries of ICU). */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

let words: Intl.Segmenter | undefined;

/** The words of a text as they are counted and compared, in order, as they are written. */
export function splitTerms(text: string): string[] {
  if (!UNSPACED.test(text)) return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[’'-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu) ?? [];
  words ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...words.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

/** A word as it is compared: small letters, without the English genitive. */
export function foldTerm(term: string): string {
  return term.toLowerCase().replaceAll('’', "'").replace(/'s$/, '');
}
