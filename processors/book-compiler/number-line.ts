import type { CompileLayout } from '#schemas/generated/types.ts';
import { namesOf } from './section-names.ts';

/** Makes “Chapter One” of 1. */
export type WriteNumber = (kind: 'chapter' | 'part', number: number) => string;

const ROMAN: readonly [number, string][] = [[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']];

/** Loads what the style needs; a language whose numbers have no known words has digits. */
export async function createNumberWriter(style: CompileLayout['number_style'], language: string): Promise<WriteNumber> {
  const names = namesOf(language);
  const toText = style === 'roman' ? toRoman : style === 'words' ? await loadNumberWords(language) : String;
  return (kind, number) => `${names[kind]} ${toText(number)}`;
}

export function toRoman(number: number): string {
  let rest = number;
  let roman = '';
  for (const [value, sign] of ROMAN) {
    while (rest >= value) {
      roman += sign;
      rest -= value;
    }
  }
  return roman;
}

async function loadNumberWords(language: string): Promise<(number: number) => string> {
  const toCardinal = await LOADERS[language.toLowerCase().split('-')[0] ?? '']?.();
  if (!toCardinal) return String;
  return (number) => toCardinal(number).replace(/(?<=^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase());
}

type Cardinal = (number: number) => string;

/** Named one by one, so that a bundler knows them and a page loads the one it needs. */
const LOADERS: Record<string, () => Promise<Cardinal>> = {
  en: async () => (await import('n2words/en-GB')).toCardinal,
  de: async () => (await import('n2words/de-DE')).toCardinal,
  fr: async () => (await import('n2words/fr-FR')).toCardinal,
  es: async () => (await import('n2words/es-ES')).toCardinal,
  it: async () => (await import('n2words/it-IT')).toCardinal,
  pt: async () => (await import('n2words/pt-PT')).toCardinal,
  nl: async () => (await import('n2words/nl-NL')).toCardinal,
  sv: async () => (await import('n2words/sv-SE')).toCardinal,
  da: async () => (await import('n2words/da-DK')).toCardinal,
  nb: async () => (await import('n2words/nb-NO')).toCardinal,
  no: async () => (await import('n2words/nb-NO')).toCardinal,
  pl: async () => (await import('n2words/pl-PL')).toCardinal,
  ru: async () => (await import('n2words/ru-RU')).toCardinal,
};
