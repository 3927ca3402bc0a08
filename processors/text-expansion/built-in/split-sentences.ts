/**
 * A paragraph's sentences, and where something may be set between them: never inside a quotation, a bracket, an
 * emphasis or a link, never between a quotation and who said it.
 */

export interface Sentence {
  /** With the white space that follows it: the texts of all, joined, are the paragraph. */
  text: string;
  /** A detail may follow it in the same paragraph. */
  open: boolean;
  /** The parts of it that are nobody's direct speech. */
  narration: string;
  speech: string;
}

export interface SplitParagraph {
  sentences: Sentence[];
  /** A paragraph of details may follow it, and a sentence may be added at its end. */
  endsClean: boolean;
  /** It begins a quotation that goes on in the next paragraph: an account that a character gives. */
  continued: boolean;
}

const BOUNDARY = /[.!?…]+[\u2060"”’»)\]*_]*[ \t\n\u00a0]+(?=[“‘"«(*_[\u2060]*[\p{Lu}\p{N}])/gu;
const ABBREVIATION = /(?:^|[\s(“‘"])(?:\p{Lu}|Mr|Mrs|Ms|Messrs|Mme|Mlle|Dr|St|Ste|Prof|Rev|Hon|Capt|Col|Gen|Lt|Maj|Sgt|Cpl|Adm|Gov|Sr|Jr|Esq|No|Nos|Vol|Ch|Fig|Art|vs|etc|e\.g|i\.e|cf|viz|Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.[ \t\n\u00a0]+$/u;

/** @param embedded the paragraph is a character's account: its outer quotation counts as narration */
export function splitSentences(paragraph: string, embedded = false): SplitParagraph {
  // A turn of dialogue that begins with a dash has no closing mark: all of it may be speech.
  const depths = /^[—–―]\s?\p{L}/u.test(paragraph) ? new Uint8Array(paragraph.length).fill(1) : quoteDepths(paragraph);
  const continued = /^[“"«]/.test(paragraph) && (depths.at(-1) ?? 0) > 0;
  const floor = embedded && continued ? 1 : 0;
  const sentences: Sentence[] = [];
  const balance = createBalance();
  let start = 0;
  let weighed = 0;
  for (const match of paragraph.matchAll(BOUNDARY)) {
    const end = match.index + match[0].length;
    const balanced = balance(paragraph.slice(weighed, end));
    weighed = end;
    if (!balanced || (depths[end - 1] ?? 0) > floor) continue;
    const text = paragraph.slice(start, end);
    if (ABBREVIATION.test(text)) continue;
    const afterQuote = /[”"»’][*_]*\s+$/.test(text);
    sentences.push({ text, open: !afterQuote, ...partsOf(paragraph, depths, start, end, floor) });
    start = end;
  }
  // A paragraph that leads to what follows (as follows:) or is no sentence (Dear Sir,) is not to be parted from it.
  const finished = /[.!?…][\u2060"”’»)\]*_]*$/.test(paragraph);
  const endsClean = balance(paragraph.slice(weighed)) && finished && ((depths.at(-1) ?? 0) <= floor || /^[—–―]/.test(paragraph));
  sentences.push({ text: paragraph.slice(start), open: endsClean, ...partsOf(paragraph, depths, start, paragraph.length, floor) });
  return { sentences, endsClean, continued };
}

/** Takes a text piece by piece; true when all brackets and marks of emphasis so far are closed. */
function createBalance(): (piece: string) => boolean {
  const marks = [/[([]/g, /[)\]]/g, /\*/g, /`/g, /(?<!\w)_|_(?!\w)/g];
  const sums = marks.map(() => 0);
  return (piece) => {
    for (const [at, mark] of marks.entries()) sums[at] = (sums[at] ?? 0) + (piece.match(mark)?.length ?? 0);
    const [open, close, ...pairs] = sums;
    return open === close && pairs.every((count) => count % 2 === 0);
  };
}

function partsOf(paragraph: string, depths: Uint8Array, start: number, end: number, floor: number): { narration: string; speech: string } {
  let narration = '';
  let speech = '';
  let from = start;
  for (let at = start; at <= end; at++) {
    if (at < end && at > from && (depths[at] ?? 0) > floor === (depths[from] ?? 0) > floor) continue;
    if (at === from) continue;
    if ((depths[from] ?? 0) > floor) speech += ` ${paragraph.slice(from, at)}`;
    else narration += ` ${paragraph.slice(from, at)}`;
    from = at;
  }
  return { narration, speech };
}

/** For each character, how many quotations are open after it. Straight single quotes open after a blank and close before one. */
function quoteDepths(text: string): Uint8Array {
  const depths = new Uint8Array(text.length);
  const stack: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const mark = text[at] ?? '';
    const close = closing(mark, text, at);
    if (close !== null && stack.at(-1) === close.mark) stack.pop();
    else if (close !== null && close.sure && stack.includes(close.mark)) stack.length = stack.lastIndexOf(close.mark);
    else {
      const open = opening(mark, text, at);
      if (open !== null && stack.length < 250) stack.push(open);
    }
    depths[at] = stack.length;
  }
  return depths;
}

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char);

function opening(mark: string, text: string, at: number): string | null {
  if (mark === '“' || mark === '«') return mark;
  const before = text[at - 1];
  if (mark === '"') return '"';
  if ((mark === '‘' || mark === "'") && !isLetter(before) && isLetter(text[at + 1])) return mark;
  return null;
}

function closing(mark: string, text: string, at: number): { mark: string; sure: boolean } | null {
  if (mark === '”') return { mark: '“', sure: true };
  if (mark === '»') return { mark: '«', sure: true };
  if (mark === '"') return { mark: '"', sure: false };
  if ((mark === '’' || mark === "'") && !isLetter(text[at + 1])) return { mark: mark === '’' ? '‘' : "'", sure: false };
  return null;
}
