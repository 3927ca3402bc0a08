/**
 * The one place of typography: straight quotes, double hyphens and three dots become what the book's language prints, and spaces
 * that a line must not break at hold. Code and verbatim text stay as typed, and no word is added, lost or moved (`foldTypography`).
 */
import { OPENS_AFTER, quotesOf, type Quotes } from '../contract/quotes.ts';
import type { Block, Inline } from './model.ts';
import { notesOf, visitOwnInlines } from './notes.ts';

const NO_BREAK = '\u00a0';
const NARROW_NO_BREAK = '\u202f';

/** Before a number or a name, a line is not broken: titles, page and number signs. */
const HOLDS_NEXT: Record<string, RegExp> = {
  en: /\b(Mr|Mrs|Ms|Dr|St|Prof|Capt|Col|Gen|Lt|Sgt|Rev|Hon|No|p|pp|vol|ch)\. (?=[\p{Lu}\p{N}])/gu,
  de: /\b(Dr|Prof|Hr|Fr|Nr|S|Bd|z|d|u|a)\. (?=[\p{L}\p{N}])/gu,
  fr: /\b(M|MM|Mme|Mlle|Dr|Pr|p|n°|vol|chap)\.? (?=[\p{Lu}\p{N}])/gu,
};

/** One-letter words that a line must not end with. */
const HOLDS_WORD: Record<string, RegExp> = {
  cs: /(?<![\p{L}\p{M}])([kosuvzai]) (?=\p{L})/giu,
  sk: /(?<![\p{L}\p{M}])([kosuvzai]) (?=\p{L})/giu,
  pl: /(?<![\p{L}\p{M}])([aiouwz]) (?=\p{L})/giu,
};

/** Sets a chapter's blocks; their texts are changed where they stand. @param language BCP 47 */
export function typesetBlocks(blocks: readonly Block[], language: string): void {
  const setter = createSetter(language);
  visitInlines(blocks, (inlines) => setter(inlines));
}

/** Sets a title or another single line. */
export function typesetLine(text: string, language: string): string {
  const inlines: Inline[] = [{ kind: 'text', text }];
  createSetter(language)(inlines);
  return inlines.map((inline) => (inline.kind === 'text' ? inline.text : '')).join('');
}

/** Shows each paragraph's and heading's inlines, in order, then those of the notes, each once. */
export function visitInlines(blocks: readonly Block[], set: (inlines: readonly Inline[]) => void): void {
  visitOwnInlines(blocks, set);
  for (const note of notesOf(blocks)) visitOwnInlines(note.blocks, set);
}

/** What a quote opens or closes by: how far a paragraph is set. */
interface Place {
  /** The last character; '' at the beginning of a line. */
  last: string;
  /** A single quote is open. */
  isOpen: boolean;
}

type SetText = (text: string, place: Place) => string;

function createSetter(language: string): (inlines: readonly Inline[]) => void {
  const quotes = quotesOf(language);
  const base = language.split('-')[0] ?? '';
  const isFrench = base === 'fr' && !language.toLowerCase().startsWith('fr-ch');
  const holds = [HOLDS_NEXT[base], HOLDS_WORD[base]].filter((pattern) => pattern !== undefined);
  const setText: SetText = (text, place) => {
    let set = setSigns(text, place, quotes);
    for (const pattern of holds) set = set.replace(pattern, (match) => match.slice(0, -1) + NO_BREAK);
    return isFrench ? holdFrenchSigns(set) : set;
  };
  return (inlines) => setInlines(inlines, { last: '', isOpen: false }, setText);
}

function setInlines(inlines: readonly Inline[], place: Place, setText: SetText): void {
  for (const inline of inlines) {
    if (inline.kind === 'text') inline.text = setText(inline.text, place);
    else if (inline.kind === 'code') place.last = inline.text.slice(-1);
    else if (inline.kind === 'break' || inline.kind === 'image') place.last = '';
    // A quote closes behind a note's number as it does before it.
    else if (inline.kind !== 'footnote') setInlines(inline.children, place, setText);
  }
}

/** A tag that an author wrote stands as it was written; quotes that they set themselves open and close, too. */
const SIGNS = /<[a-z/!][^<>]*>|["'‘’‚‹›“”„«»]|-{2,3}|\.{3}/gi;

/** Reads a text once, whatever its length: a hostile chapter is one paragraph of a million characters. */
function setSigns(text: string, place: Place, { double, single }: Quotes): string {
  let done = '';
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(SIGNS)) {
    const before = index > from ? text.slice(index - 1, index) : place.last;
    const set = setSign(sign, { ...place, last: before }, text.charAt(index + sign.length), { double, single });
    done += text.slice(from, index) + set;
    from = index + sign.length;
    place.last = set.slice(-1);
    if (set === single[0]) place.isOpen = true;
    else if (set === single[1]) place.isOpen = false;
  }
  if (from < text.length) place.last = text.slice(-1);
  return done + text.slice(from);
}

function setSign(sign: string, { last, isOpen }: Place, next: string, { double, single }: Quotes): string {
  if (sign === '"') return OPENS_AFTER.test(last) ? double[0] : double[1];
  if (sign.startsWith('--')) return '—';
  if (sign === '...') return '…';
  if (sign !== "'") return sign;
  // Before a number that a year is short for, and between letters, it is an apostrophe in every language.
  if (OPENS_AFTER.test(last)) return /\d/.test(next) ? '’' : single[0];
  return isOpen && !/[\p{L}\p{N}]/u.test(next) ? single[1] : '’';
}

/** Lexique des règles typographiques (Imprimerie nationale): a space before tall signs and inside guillemets, where no line breaks. */
function holdFrenchSigns(text: string): string {
  return text
    .replace(/ (?=[;!?»])/g, NARROW_NO_BREAK)
    .replace(/ (?=:)/g, NO_BREAK)
    .replace(/« /g, `«${NARROW_NO_BREAK}`);
}

/** A folded text without its typography: what a manuscript and the file made of it must agree on, letter by letter. */
export function foldTypography(folded: string): string {
  return folded
    // Spaces beside a quotation mark are its language's.
    .replace(/\s*[«»“”„‘’‚‹›'"]\s*/g, '"')
    // Runs as a whole: a part of one may stand in code, which keeps its signs.
    .replace(/[-—–]{2,}|[—–]/g, '—')
    .replace(/\.*…[.…]*|\.{3,}/g, '…')
    .replace(/\s+(?=[;:!?])/g, '');
}
