/** The faces of a book’s letters: those that its text needs, and no others. No system font is used. */
import type { CompileLayout } from '#schemas/generated/types.ts';
import { scriptByCode, scriptOfHan, scriptOfLanguage, scriptOfPassage, type ScriptCode } from './typst-scripts.ts';

export type TextFont = NonNullable<CompileLayout['font']>;

/** A family by the name in its files, and the npm package that has them. */
interface Family {
  name: string;
  files: readonly string[];
}

const BOOK_FACES = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'];
/** Of scripts that know no italics: upright letters stand for those. */
const UPRIGHT = ['400Regular', '700Bold'];
/** Ten megabytes a face: one has to do. */
const ONE = ['400Regular'];

function family(name: string, packageName: string, faces: readonly string[]): Family {
  const base = name.replaceAll(' ', '');
  return { name, files: faces.map((face) => `@expo-google-fonts/${packageName}/${face}/${base}_${face}.ttf`) };
}

const FAMILIES: Record<TextFont, Family> = {
  'source-serif': family('Source Serif 4', 'source-serif-4', BOOK_FACES),
  literata: family('Literata', 'literata', BOOK_FACES),
  'courier-prime': family('Courier Prime', 'courier-prime', BOOK_FACES),
};

/** What most faces for books have no letters for: Latin of far languages, Greek, Cyrillic, signs. */
const MORE_LETTERS = family('Noto Serif', 'noto-serif', BOOK_FACES);

const HAN: Readonly<Record<'Hans' | 'Hant' | 'Jpan', Family>> = {
  Hans: family('Noto Serif SC', 'noto-serif-sc', ONE),
  Hant: family('Noto Serif TC', 'noto-serif-tc', ONE),
  Jpan: family('BIZ UDMincho', 'biz-udmincho', ONE),
};

/** In the order in which they are asked for a character. Those for Han characters are chosen by passage. */
const BY_LETTERS: readonly { letters: RegExp; family: Family; script?: ScriptCode }[] = [
  { letters: /[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\u0250-\u036F\u2000-\u2BFF]/u, family: MORE_LETTERS },
  { letters: /\p{sc=Arab}/u, family: family('Amiri', 'amiri', BOOK_FACES), script: 'Arab' },
  { letters: /\p{sc=Hebr}/u, family: family('Noto Serif Hebrew', 'noto-serif-hebrew', UPRIGHT), script: 'Hebr' },
  { letters: /\p{sc=Deva}/u, family: family('Noto Serif Devanagari', 'noto-serif-devanagari', UPRIGHT), script: 'Deva' },
  { letters: /[\p{sc=Thai}฿]/u, family: family('Noto Sans Thai', 'noto-sans-thai', UPRIGHT), script: 'Thai' },
  { letters: /\p{sc=Geor}/u, family: family('Noto Sans Georgian', 'noto-sans-georgian', UPRIGHT), script: 'Geor' },
  { letters: /\p{sc=Armn}/u, family: family('Noto Sans Armenian', 'noto-sans-armenian', UPRIGHT), script: 'Armn' },
  { letters: /[\p{sc=Hang}]/u, family: family('Gowun Batang', 'gowun-batang', ONE), script: 'Kore' },
  { letters: /[\p{So}\p{Sk}\u2190-\u2BFF]/u, family: family('Noto Sans Symbols 2', 'noto-sans-symbols-2', ONE) },
  { letters: /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20E3]/u, family: family('Noto Emoji', 'noto-emoji', UPRIGHT) },
];

const HAN_LETTERS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u3000-\u303F\u30FB\u30FC\uFF00-\uFFEF]/u;

/** What each of FAMILIES has, Vietnamese letters left out. */
const PLAIN_LETTERS = /^[\n -\u017F\u2000-\u200A\u2010-\u2027\u202F\u2030-\u203A\u20AC\u2122]*$/;
const NOT_PLAIN = /[^\n -\u017F\u2000-\u200A\u2010-\u2027\u202F\u2030-\u203A\u20AC\u2122]+/g;

/** All that a book may be set in. */
export const FONT_FILES: readonly string[] = [...Object.values(FAMILIES), ...BY_LETTERS.map(({ family }) => family), ...Object.values(HAN)].flatMap(({ files }) => files);

/** The families for a text, in the order of their use: what has only the usual letters is set in one. */
export class FontChoice {
  readonly #main: Family;
  readonly #script: ScriptCode | null;
  readonly #seen = new Set<Family>();
  /** The scripts of passages that are not the book’s. */
  readonly #passages = new Set<ScriptCode>();

  /** @param language the book’s, a BCP 47 tag */
  constructor(font: TextFont, language: string) {
    this.#main = FAMILIES[font];
    this.#script = scriptOfLanguage(language);
  }

  /** Takes note of the letters in a text. */
  see(text: string): void {
    if (PLAIN_LETTERS.test(text)) return;
    for (const paragraph of text.split('\n\n')) {
      const letters = (paragraph.match(NOT_PLAIN) ?? []).join('');
      for (const { letters: of, family } of BY_LETTERS) if (!this.#seen.has(family) && of.test(letters)) this.#seen.add(family);
      if (HAN_LETTERS.test(letters)) this.#seen.add(HAN[scriptOfHan(letters, this.#script) as keyof typeof HAN]);
    }
  }

  /** The script to set a passage in, where that is not the book’s. */
  passage(text: string): ScriptCode | null {
    if (this.#script === 'Latn' && PLAIN_LETTERS.test(text)) return null;
    const script = scriptOfPassage(text, this.#script);
    if (script === null || script === this.#script) return null;
    this.#passages.add(script);
    return script;
  }

  files(): string[] {
    return [this.#main, ...this.#others(this.#script)].flatMap(({ files }) => files);
  }

  /** In Typst’s language. */
  families(): string {
    return this.#names(this.#script);
  }

  /** What `#in-Arab[…]` and its like are, in Typst’s language. */
  passages(): string {
    return [...this.#passages].toSorted().map((code) => {
      const { lang, region, direction } = { region: undefined, ...scriptByCode(code) };
      return `#let in-${code}(body) = { set text(lang: "${lang}", region: ${region === undefined ? 'none' : `"${region}"`}, dir: ${direction}, font: ${this.#names(code)}); body }\n`;
    }).join('');
  }

  /** Signs that Latin has, too, come from the face of the script where they are wider there. */
  #names(script: ScriptCode | null): string {
    const isEastAsian = script !== null && (script in HAN || script === 'Kore');
    const main = isEastAsian ? `(name: "${this.#main.name}", covers: "latin-in-cjk")` : `"${this.#main.name}"`;
    return `(${[main, ...this.#others(script).map(({ name }) => `"${name}"`), ...(isEastAsian ? [`"${this.#main.name}"`] : [])].join(', ')},)`;
  }

  /** Those of a script before all others. */
  #others(script: ScriptCode | null): Family[] {
    const known = [...Object.entries(HAN).map(([code, family]) => ({ family, script: code })), ...BY_LETTERS];
    const ordered = [...known.filter((entry) => entry.script === script), ...BY_LETTERS.filter((entry) => entry.script !== script), ...known.filter((entry) => entry.script !== script)];
    return [...new Set(ordered.map(({ family }) => family))].filter((family) => this.#seen.has(family));
  }
}
