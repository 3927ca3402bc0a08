/** Scripts beyond the usual letters: which language and direction a passage in one is set in. */

export interface Script {
  /** The language whose rules break its lines, as Typst names it. */
  lang: string;
  region?: string;
  direction: 'ltr' | 'rtl';
}

/** ISO 15924’s codes. Where a script serves many languages, the one that most books in it are in. */
const SCRIPTS = {
  Latn: { lang: 'en', direction: 'ltr' },
  Grek: { lang: 'el', direction: 'ltr' },
  Cyrl: { lang: 'ru', direction: 'ltr' },
  Armn: { lang: 'hy', direction: 'ltr' },
  Geor: { lang: 'ka', direction: 'ltr' },
  Hebr: { lang: 'he', direction: 'rtl' },
  Arab: { lang: 'ar', direction: 'rtl' },
  Deva: { lang: 'hi', direction: 'ltr' },
  Thai: { lang: 'th', direction: 'ltr' },
  Kore: { lang: 'ko', direction: 'ltr' },
  Jpan: { lang: 'ja', direction: 'ltr' },
  Hans: { lang: 'zh', region: 'CN', direction: 'ltr' },
  Hant: { lang: 'zh', region: 'TW', direction: 'ltr' },
} as const satisfies Record<string, Script>;

export type ScriptCode = keyof typeof SCRIPTS;

/** Each group is one of LETTERS, in this order. */
const LETTER = /(\p{sc=Latn})|(\p{sc=Grek})|(\p{sc=Cyrl})|(\p{sc=Armn})|(\p{sc=Geor})|(\p{sc=Hebr})|(\p{sc=Arab})|(\p{sc=Deva})|(\p{sc=Thai})|(\p{sc=Hang})|([\p{sc=Hira}\p{sc=Kana}])|(\p{sc=Han})/gu;
const LETTERS = ['Latn', 'Grek', 'Cyrl', 'Armn', 'Geor', 'Hebr', 'Arab', 'Deva', 'Thai', 'Kore', 'Jpan', 'Han'] as const;

/** As much of a passage as tells what it is written in. */
const ENOUGH = 120;

export function scriptByCode(code: ScriptCode): Script {
  return SCRIPTS[code];
}

/** The script that a language is written in (CLDR, likely subtags); null where it is none of these. */
export function scriptOfLanguage(language: string): ScriptCode | null {
  const code = new Intl.Locale(language).maximize().script ?? '';
  return code in SCRIPTS ? (code as ScriptCode) : null;
}

/** The script of most of a passage’s letters; null where it has none. Han characters are Japanese beside kana, else as the book’s, else what their forms say. */
export function scriptOfPassage(text: string, ofBook: ScriptCode | null): ScriptCode | null {
  const counts = LETTERS.map(() => 0);
  for (const [, ...groups] of text.slice(0, ENOUGH).matchAll(LETTER)) counts[groups.findIndex((letter) => letter !== undefined)]! += 1;
  const [kana, han] = [counts[LETTERS.indexOf('Jpan')]!, counts[LETTERS.indexOf('Han')]!];
  // Japanese is written in both.
  if (kana > 0) counts[LETTERS.indexOf('Jpan')] = kana + han;
  const most = Math.max(...counts);
  if (most === 0) return null;
  const letters = LETTERS[counts.lastIndexOf(most)]!;
  return letters !== 'Han' || kana > 0 ? (letters === 'Han' ? 'Jpan' : letters) : scriptOfHan(text, ofBook);
}

/** Frequent characters that are written otherwise in the other. */
const SIMPLIFIED = /[这们说国来时为学对发会个过还没问间见长开经应边现点实样头让给听业东车书几两写话谁边门爱]/g;
const TRADITIONAL = /[這們說國來時為學對發會個過還沒問間見長開經應邊現點實樣頭讓給聽業東車書幾兩寫話誰門愛]/g;

export function scriptOfHan(text: string, ofBook: ScriptCode | null): ScriptCode {
  if (/[\p{sc=Hira}\p{sc=Kana}]/u.test(text)) return 'Jpan';
  if (ofBook === 'Hans' || ofBook === 'Hant' || ofBook === 'Jpan') return ofBook;
  const count = (forms: RegExp): number => text.match(forms)?.length ?? 0;
  return count(TRADITIONAL) > count(SIMPLIFIED) ? 'Hant' : 'Hans';
}
