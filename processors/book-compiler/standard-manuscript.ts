/**
 * Standard manuscript format, as agents and magazines ask for it (William Shunn, https://www.shunn.net/format/): what its title page and its running
 * head say, in every format that has pages.
 */
import type { BookHead } from './model.ts';

/** What stands between two scenes unless the layout says otherwise. */
export const MANUSCRIPT_SCENE_BREAK = '#';

interface Phrases {
  /** Before the author's name; '' where a language puts nothing there. */
  by: string;
  about: string;
  words: string;
  /** Beneath the last line of the text. */
  end: string;
}

const ENGLISH: Phrases = { by: 'by', about: 'about', words: 'words', end: 'END' };

const PHRASES: Record<string, Phrases> = {
  en: ENGLISH,
  de: { by: 'von', about: 'etwa', words: 'Wörter', end: 'ENDE' },
  fr: { by: 'par', about: 'environ', words: 'mots', end: 'FIN' },
  es: { by: 'de', about: 'unas', words: 'palabras', end: 'FIN' },
  it: { by: 'di', about: 'circa', words: 'parole', end: 'FINE' },
  pt: { by: 'de', about: 'cerca de', words: 'palavras', end: 'FIM' },
  nl: { by: 'door', about: 'ongeveer', words: 'woorden', end: 'EINDE' },
  sv: { by: 'av', about: 'cirka', words: 'ord', end: 'SLUT' },
  da: { by: 'af', about: 'cirka', words: 'ord', end: 'SLUT' },
  nb: { by: 'av', about: 'cirka', words: 'ord', end: 'SLUTT' },
  pl: { by: '', about: 'około', words: 'słów', end: 'KONIEC' },
  ru: { by: '', about: 'около', words: 'слов', end: 'КОНЕЦ' },
};

/** A language that has no phrases here. */
const OTHER: Phrases = { ...ENGLISH, by: '' };

function phrasesOf(language: string): Phrases {
  const base = baseOf(language);
  return PHRASES[base === 'no' || base === 'nn' ? 'nb' : base] ?? OTHER;
}

function baseOf(language: string): string {
  return language.toLowerCase().split('-')[0] ?? '';
}

/** From here on a story is a novella, a novella a novel (SFWA, Nebula Awards rules). */
const NOVELLA = 17_500;
const NOVEL = 40_000;

/** To the nearest hundred; five hundred for a novella, a thousand for a novel. Never 0. */
export function roundWordCount(words: number): number {
  const step = words < NOVELLA ? 100 : words < NOVEL ? 500 : 1000;
  return Math.max(step, Math.round(words / step) * step);
}

/** “about 95,000 words”. @param words as counted */
export function approximateWords(words: number, language: string): string {
  const { about, words: unit } = phrasesOf(language);
  // Not Intl's, whose spaces and commas change with its version: the same book gives the same bytes.
  const count = String(roundWordCount(words)).replace(/\B(?=(\d{3})+$)/g, baseOf(language) === 'en' ? ',' : '\u00a0');
  return `${about} ${count} ${unit}`;
}

/** “by Mary Shelley”; '' without an author. */
export function byline({ author, language }: BookHead): string {
  return author === '' ? '' : [phrasesOf(language).by, author].filter(Boolean).join(' ');
}

export function endMark(language: string): string {
  return phrasesOf(language).end;
}

/** Who submits it, a line each: the author where the book says no more. */
export function contactLines({ contact, author }: BookHead): readonly string[] {
  return contact.length > 0 || author === '' ? contact : [author];
}

/** “Shelley / FRANKENSTEIN”; a page's number follows. */
export function runningHead({ author, title, language }: BookHead): string {
  return [surnames(author, language), keywords(title).toLocaleUpperCase(language)].filter(Boolean).join(' / ');
}

/** What is part of the name behind it, such as in Ursula K. Le Guin. */
const PARTICLES = new Set(['af', 'al', 'av', 'bin', 'da', 'de', 'dei', 'del', 'della', 'den', 'der', 'di', 'do', 'dos', 'du', 'el', 'ibn', 'la', 'las', 'le', 'los', 'mac', 'st.', 'ten', 'ter', 'van', 'von', 'zu', 'zur']);
const SUFFIX = /^(?:jr|sr|ii|iii|iv|md|ph\.?d|esq)\.?$/i;
/** The family's name comes first in print too. */
const FAMILY_FIRST: ReadonlySet<string> = new Set(['hu', 'ja', 'ko', 'vi', 'zh']);

function surnames(author: string, language: string): string {
  return author.split(/\s+(?:&|and|und|et|y|e|och|og|en)\s+/).map((name) => surname(name, FAMILY_FIRST.has(baseOf(language)))).filter(Boolean).join(' & ');
}

function surname(name: string, isFamilyFirst: boolean): string {
  const [before = '', after] = name.split(/,\s*/);
  // “Shelley, Mary”, but not “Martin Luther King, Jr.”
  if (after !== undefined && !after.split(/\s+/).every((word) => SUFFIX.test(word))) return before.trim();
  const words = before.split(/\s+/).filter((word) => word !== '' && !/^[([]/.test(word));
  while (words.length > 1 && SUFFIX.test(words.at(-1) ?? '')) words.pop();
  if (isFamilyFirst) return words[0] ?? '';
  let from = words.length - 1;
  while (from > 1 && PARTICLES.has((words[from - 1] ?? '').toLowerCase())) from -= 1;
  return words.slice(Math.max(from, 0)).join(' ');
}

const LONGEST_KEYWORDS = 25;

/** The title, or as many of its first words as fit beside a name and a number. */
function keywords(title: string): string {
  const main = title.split(/[:;(–—]\s*/)[0]?.trim() || title;
  if (main.length <= LONGEST_KEYWORDS) return main;
  const words = main.replace(/^(?:a|an|the|der|die|das|le|la|les|el|los|las|il|lo)\s+/i, '').split(/\s+/);
  let kept = words.shift() ?? '';
  while (words.length > 0 && `${kept} ${words[0]}`.length <= LONGEST_KEYWORDS) kept += ` ${words.shift()}`;
  const whole = kept.replace(/(?:\s+(?:a|an|and|of|the|or|to|in|und|et|y|e|de|von))+$/i, '');
  return [...whole].slice(0, 2 * LONGEST_KEYWORDS).join('');
}
