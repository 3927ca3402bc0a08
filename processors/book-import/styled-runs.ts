/** Text in runs, each with its look, as HTML and RTF keep it, made into the inlines of the manuscript model. */
import type { Footnote, Inline } from '../book-compiler/model.ts';
import { webAddress } from '../book-compiler/web-address.ts';

export interface StyledRun {
  /** '\n' alone is a line's break. */
  text: string;
  italic: boolean;
  bold: boolean;
  code: boolean;
  /** Where it links to; empty where it doesn't. */
  url: string;
  /** It is a picture of this address; the text is its description. */
  picture?: string;
  /** It is the number of this note, and no text. */
  note?: Footnote;
}

type Mark = 'url' | 'bold' | 'italic';

const MARKS: readonly Mark[] = ['url', 'bold', 'italic'];

/** The inlines of one paragraph: white space folded, none at its ends, marks nested as few times as the runs allow. */
export function readRuns(runs: readonly StyledRun[]): Inline[] {
  return nest(foldSpaces(runs), []);
}

/** No-break spaces are the author's; all others are one. */
function foldSpaces(runs: readonly StyledRun[]): StyledRun[] {
  const folded: StyledRun[] = [];
  let atStart = true;
  for (const run of runs) {
    if (run.picture !== undefined || run.note !== undefined) {
      folded.push({ ...run, text: run.text.replace(/\s+/g, ' ').trim() });
      atStart = false;
      continue;
    }
    const isBreak = run.text === '\n';
    const all = run.text.replace(/[ \t\r\n\f]+/g, ' ');
    const text: string = isBreak ? '\n' : atStart ? all.replace(/^ /, '') : all;
    if (isBreak) trimEnd(folded);
    if (text === '') continue;
    const next = { ...run, url: run.url !== '' && webAddress(run.url) !== null ? run.url : '', text };
    const last = folded.at(-1);
    if (last && !isBreak && last.text !== '\n' && looksAs(last, next)) last.text += text;
    else folded.push(next);
    atStart = isBreak || text.endsWith(' ');
  }
  while (folded.at(-1)?.text === '\n') folded.pop();
  trimEnd(folded);
  return folded;
}

/** Whether two pieces of text have one look. */
export function looksAs(a: StyledRun, b: StyledRun): boolean {
  return a.italic === b.italic && a.bold === b.bold && a.code === b.code && a.url === b.url && isText(a) && isText(b);
}

function isText({ picture, note }: StyledRun): boolean {
  return picture === undefined && note === undefined;
}

function trimEnd(runs: StyledRun[]): void {
  const last = runs.at(-1);
  if (last === undefined || last.text === '\n' || !isText(last)) return;
  last.text = last.text.replace(/ $/, '');
  if (last.text === '') runs.pop();
}

function nest(runs: readonly StyledRun[], open: readonly Mark[]): Inline[] {
  const inlines: Inline[] = [];
  for (let at = 0; at < runs.length; ) {
    const marks = MARKS.filter((mark) => !open.includes(mark) && runs[at]![mark]).map((mark) => ({ mark, end: endOf(runs, at, mark) }));
    // The mark that reaches farthest holds the others.
    const widest = marks.toSorted((a, b) => b.end - a.end)[0];
    if (widest === undefined) {
      inlines.push(plainRun(runs[at]!));
      at += 1;
      continue;
    }
    const children = nest(runs.slice(at, widest.end), [...open, widest.mark]);
    if (widest.mark === 'url') inlines.push({ kind: 'link', url: runs[at]!.url, children });
    else inlines.push({ kind: widest.mark === 'bold' ? 'strong' : 'emphasis', children });
    at = widest.end;
  }
  return inlines;
}

function endOf(runs: readonly StyledRun[], from: number, mark: Mark): number {
  let end = from + 1;
  while (end < runs.length && runs[end]![mark] === runs[from]![mark]) end += 1;
  return end;
}

function plainRun({ text, code, picture, note }: StyledRun): Inline {
  if (note !== undefined) return { kind: 'footnote', note };
  if (picture !== undefined) return { kind: 'image', url: picture, alt: text };
  if (text === '\n') return { kind: 'break' };
  return { kind: code ? 'code' : 'text', text };
}
