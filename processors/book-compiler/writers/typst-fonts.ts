import type { CompileLayout } from '#schemas/generated/types.ts';

export type TextFont = NonNullable<CompileLayout['font']>;

/** A family by the name in its files, and the npm package that has them. */
interface Family {
  name: string;
  files: readonly string[];
}

const FACES = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'];

function family(name: string, packageName: string, faces: readonly string[] = FACES): Family {
  const base = name.replaceAll(' ', '');
  return { name, files: faces.map((face) => `@expo-google-fonts/${packageName}/${face}/${base}_${face}.ttf`) };
}

const FAMILIES: Record<TextFont, Family> = {
  'source-serif': family('Source Serif 4', 'source-serif-4'),
  literata: family('Literata', 'literata'),
  'courier-prime': family('Courier Prime', 'courier-prime'),
};

/** What most faces for books have no letters for: Latin of far languages, Greek, Cyrillic, signs. */
const MORE_LETTERS: Family = family('Noto Serif', 'noto-serif');
const PLAIN_LETTERS = /^[\n -\u017F\u2000-\u200A\u2010-\u2027\u202F\u2030-\u203A\u20AC\u2122]*$/;

/** All that a book may be set in. */
export const FONT_FILES: readonly string[] = [...Object.values(FAMILIES), MORE_LETTERS].flatMap(({ files }) => files);

/** The families for a text, in the order of their use: what has only the usual letters is set in one. */
export class FontChoice {
  readonly #main: Family;
  #isPlain = true;

  constructor(font: TextFont) {
    this.#main = FAMILIES[font];
  }

  /** Takes note of the letters in a text. */
  see(text: string): void {
    if (this.#isPlain && !PLAIN_LETTERS.test(text)) this.#isPlain = false;
  }

  get #families(): Family[] {
    return this.#isPlain ? [this.#main] : [this.#main, MORE_LETTERS];
  }

  names(): string[] {
    return this.#families.map(({ name }) => name);
  }

  files(): string[] {
    return this.#families.flatMap(({ files }) => files);
  }
}
