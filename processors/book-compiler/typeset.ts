/**
 * The one place of typography: straight quotes, double hyphens and three dots become what the book's language prints, and spaces
 * that a line must not break at hold. Code and verbatim text stay as typed, and no word is added, lost or moved (`foldTypography`).
 */
import { OPENS_AFTER, quotesOf, type Quotes } from '../contract/quotes.ts';
import type { Block, Inline } from './model.ts';

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

/** Shows each paragraph's and heading's inlines, in order. */
export function visitInlines(blocks: readonly Block[], set: (inlines: readonly Inline[]) => void): void {
  for (const block of blocks) {
    if (block.kind === 'paragraph' || block.kind === 'heading') set(block.inlines);
    else if (block.kind === 'quote') visitInlines(block.blocks, set);
    else if (block.kind === 'list') for (const item of block.items) visitInlines(item, set);
  }
}

/** A text and what stands before it in its paragraph. */
type SetText = (text: string, before: string) => string;

function createSetter(language: string): (inlines: readonly Inline[]) => void {
  const quotes = quotesOf(language);
  const base = language.split('-')[0] ?? '';
  const isFrench = base === 'fr' && !language.toLowerCase().startsWith('fr-ch');
  const holds = [HOLDS_NEXT[base], HOLDS_WORD[base]].filter((pattern) => pattern !== undefined);
  const setText: SetText = (text, before) => {
    let set = setSigns(text, before, quotes);
    for (const pattern of holds) set = set.replace(pattern, (match) => match.slice(0, -1) + NO_BREAK);
    return isFrench ? holdFrenchSigns(set) : set;
  };
  return (inlines) => void setInlines(inlines, '', setText);
}

/** @returns the last characters of what was set: what a quote after them opens or closes by */
function setInlines(inlines: readonly Inline[], before: string, setText: SetText): string {
  let last = before;
  for (const inline of inlines) {
    if (inline.kind === 'text') {
      inline.text = setText(inline.text, last);
      last = (last + inline.text).slice(-LOOK_BACK);
    } else if (inline.kind === 'break') last = '';
    else if (inline.kind === 'code') last = inline.text.slice(-1);
    else if (inline.kind === 'image') last = '';
    else last = setInlines(inline.children, last, setText);
  }
  return last;
}

/** How far a single quote that opened is remembered. */
const LOOK_BACK = 2_000;
/** A tag that an author wrote stands as it was written. */
const SIGNS = /<[a-z/!][^<>]*>|["']|-{2,3}|\.{3}/gi;

function setSigns(text: string, before: string, { double, single }: Quotes): string {
  if (!/["']|--|\.\.\./.test(text)) return text;
  let done = '';
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(SIGNS)) {
    done += text.slice(from, index);
    from = index + sign.length;
    const behind = before + done;
    if (sign.startsWith('<')) done += sign;
    else if (sign.startsWith('-')) done += '—';
    else if (sign === '...') done += '…';
    else done += sign === '"' ? choose(double, behind) : chooseSingle(single, behind, text.slice(from, from + 1));
  }
  return done + text.slice(from);
}

function choose([open, close]: readonly [string, string], behind: string): string {
  return OPENS_AFTER.test(behind) ? open : close;
}

/** Between letters, and before a number that a year is short for, it is an apostrophe in every language. */
function chooseSingle([open, close]: readonly [string, string], behind: string, next: string): string {
  if (OPENS_AFTER.test(behind)) return /\d/.test(next) ? '’' : open;
  const isOpen = open !== close && behind.lastIndexOf(open) > behind.lastIndexOf(close);
  return isOpen && !/[\p{L}\p{N}]/u.test(next) ? close : '’';
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
