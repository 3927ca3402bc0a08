/** Quotation marks by language: the editor sets them as they are typed, the compiler where they were not. */

export interface Quotes {
  double: readonly [string, string];
  single: readonly [string, string];
}

const NARROW_SPACE = '\u202f';
const ENGLISH: Quotes = { double: ['“', '”'], single: ['‘', '’'] };
const GERMAN: Quotes = { double: ['„', '“'], single: ['‚', '‘'] };
const NORDIC: Quotes = { double: ['”', '”'], single: ['’', '’'] };
const ANGLED: Quotes = { double: ['«', '»'], single: ['‹', '›'] };
const LOW_HIGH: Quotes = { double: ['„', '”'], single: ['‚', '’'] };

/** By language (CLDR's delimiters), a region first where it differs. */
const QUOTES: Record<string, Quotes> = {
  en: ENGLISH,
  de: GERMAN, cs: GERMAN, sk: GERMAN, sl: GERMAN, is: GERMAN, bg: GERMAN, et: GERMAN, lt: GERMAN, hr: LOW_HIGH,
  'de-ch': ANGLED,
  fr: { double: [`«${NARROW_SPACE}`, `${NARROW_SPACE}»`], single: ['“', '”'] },
  'fr-ch': ANGLED,
  it: { double: ['«', '»'], single: ['“', '”'] },
  es: { double: ['«', '»'], single: ['“', '”'] },
  ca: { double: ['«', '»'], single: ['“', '”'] },
  pt: ENGLISH,
  'pt-pt': { double: ['«', '»'], single: ['“', '”'] },
  ru: { double: ['«', '»'], single: ['„', '“'] },
  uk: { double: ['«', '»'], single: ['“', '”'] },
  el: { double: ['«', '»'], single: ['“', '”'] },
  nb: { double: ['«', '»'], single: ['‘', '’'] },
  nn: { double: ['«', '»'], single: ['‘', '’'] },
  no: { double: ['«', '»'], single: ['‘', '’'] },
  da: { double: ['”', '”'], single: ['’', '’'] },
  sv: NORDIC, fi: NORDIC,
  pl: LOW_HIGH, hu: { double: ['„', '”'], single: ['»', '«'] }, ro: { double: ['„', '”'], single: ['«', '»'] }, nl: ENGLISH, tr: ENGLISH,
};

/** Quotes of a BCP 47 language; English ones for a language that has no entry. */
export function quotesOf(language: string): Quotes {
  const tag = language.toLowerCase();
  return QUOTES[tag] ?? QUOTES[tag.split('-').slice(0, 2).join('-')] ?? QUOTES[tag.split('-')[0] ?? ''] ?? ENGLISH;
}

/** What a mark opens after: nothing, white space, an opening bracket, a dash, an opening quote or a mark of emphasis. */
export const OPENS_AFTER = /^$|[\s([{<\-–—⁠/“‘„‚«‹*_>]$/;
