/**
 * Weaves details into the paragraphs of a passage. Each sentence that is read runs up a debt of words; where
 * something may stand, the debt is paid with details of what was just spoken of. So a passage grows where it speaks
 * of something, and by a known measure.
 */
import type { Calls, Chooser } from './choose-details.ts';
import { renderDetail, type Voice } from './render-detail.ts';
import type { Sentence } from './split-sentences.ts';

/** A paragraph of the draft, read. */
export interface ReadParagraph {
  /** As the draft has it; one that is not grown has no sentences. */
  text: string;
  sentences: (Sentence & { words: number; calls: Calls })[];
  endsClean: boolean;
  /** Its quotation goes on in the next paragraph, so that it may not be broken in two. */
  continued: boolean;
  /** The mark that a paragraph set after it begins with, where that goes on a character's account. */
  opening: string;
}

/** A piece of the grown text: the draft's own, or a detail. `glue` stands before it. */
export interface Piece {
  text: string;
  glue: '' | ' ' | '\n\n';
  own: boolean;
}

export interface WeaveOptions {
  voice: Voice;
  chooser: Chooser;
  random: () => number;
  /** Words to add, and the bounds that the sum must keep. */
  target: number;
  most: number;
  /** Awaited at each sentence. */
  pause(): Promise<void>;
}

const NONE: Calls = new Map();

/** At most so many details stand together inside a paragraph, and in a paragraph of their own. */
const INLINE = 3;
const BLOCK = 5;
/** A paragraph that has grown so long is broken after a detail, when enough of it is left. */
const LONG_PARAGRAPH = 120;
const WORTH_BREAKING = 30;

export async function weave(paragraphs: readonly ReadParagraph[], options: WeaveOptions): Promise<Piece[]> {
  const weaver = createWeaver(paragraphs, options);
  for (const [index, paragraph] of paragraphs.entries()) {
    if (paragraph.sentences.length === 0) weaver.copy(paragraph.text);
    else await weaver.grow(paragraph, paragraphs[index + 1]);
  }
  return weaver.finish();
}

interface Weaver {
  copy(text: string): void;
  grow(paragraph: ReadParagraph, next: ReadParagraph | undefined): Promise<void>;
  finish(): Piece[];
}

function createWeaver(paragraphs: readonly ReadParagraph[], options: WeaveOptions): Weaver {
  const { voice, chooser, random, target, most, pause } = options;
  const words = paragraphs.flatMap(({ sentences }) => sentences).reduce((sum, sentence) => sum + sentence.words, 0);
  const rate = words === 0 ? 0 : target / words;
  const far = sumCalls(paragraphs.flatMap(({ sentences }) => sentences.map(({ calls }) => calls)));
  const pieces: Piece[] = [];
  let added = 0;
  let debt = 0;

  const details = (near: Calls, last: Calls, count: number, { until, goOn }: { until: number; goOn: number }): string[] => {
    const found: string[] = [];
    let goesOn: string | null = null;
    while (found.length < count && debt > until && added < most) {
      const room = most - added;
      const bounds = { shortest: Math.min(target - added, room, 4), longest: room };
      const detail = chooser.choose({ near, far, last: found.length === 0 ? last : NONE, goesOn, ...bounds, withPerson: voice.person !== null });
      if (!detail) break;
      goesOn = random() < goOn ? detail.entry.id : null;
      added += detail.words;
      debt -= detail.words;
      found.push(renderDetail(detail.template, voice));
    }
    return found;
  };

  const addBlock = (near: Calls, { opening }: Pick<ReadParagraph, 'opening'>): void => {
    // A paragraph of its own keeps to a matter or two.
    const found = details(near, NONE, BLOCK, { until: 4, goOn: 0.75 });
    if (found.length > 0) pieces.push({ text: opening + found.join(' '), glue: pieces.length === 0 ? '' : '\n\n', own: false });
  };

  const growInside = async (paragraph: ReadParagraph): Promise<Calls> => {
    let near = new Map<string, number>();
    let run = 0;
    let left = paragraph.sentences.reduce((sum, sentence) => sum + sentence.words, 0);
    let glue: Piece['glue'] = pieces.length === 0 ? '' : '\n\n';
    for (const [index, sentence] of paragraph.sentences.entries()) {
      await pause();
      const last = index === paragraph.sentences.length - 1;
      // The white space after a sentence is the draft's own; only a break in two takes its place.
      pieces.push({ text: last ? sentence.text : sentence.text.trimEnd(), glue, own: true });
      const space = sentence.text.slice(sentence.text.trimEnd().length);
      glue = ' ';
      left -= sentence.words;
      run += sentence.words;
      debt += sentence.words * rate;
      near = mergeCalls([near, sentence.calls]);
      const threshold = 6 + 30 * random() ** 2;
      if (sentence.open && debt >= threshold && !(last && isSpoken(paragraph))) {
        const found = details(near, sentence.calls, random() < 0.3 ? INLINE : 2, { until: 5, goOn: 0.5 });
        for (const text of found) pieces.push({ text, glue: ' ', own: false });
        run += found.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
        if (found.length > 0) near = new Map();
        if (!paragraph.continued && found.length > 0 && run >= LONG_PARAGRAPH && left >= WORTH_BREAKING) {
          glue = '\n\n';
          run = 0;
          continue;
        }
      }
      if (!last && space !== ' ') pieces.push({ text: space, glue: '', own: true });
      if (!last && space !== ' ') glue = '';
    }
    return near;
  };

  return {
    copy(text) {
      pieces.push({ text, glue: pieces.length === 0 ? '' : '\n\n', own: true });
    },
    async grow(paragraph, next) {
      const near = await growInside(paragraph);
      const mayFollow = paragraph.endsClean && (!paragraph.continued || paragraph.opening !== '' || !next);
      const call = near.size > 0 ? near : far;
      // A little is set beside a speech only; a debt that has grown is paid in a paragraph of its own.
      if (mayFollow && debt >= 12 + random() * 20) addBlock(call, paragraph);
    },
    finish() {
      for (;;) {
        const before = added;
        debt = Math.max(debt, target - added);
        if (added >= target) break;
        const last = paragraphs.at(-1);
        if (last && (last.endsClean || last.sentences.length === 0)) addBlock(far, last);
        else {
          const found = details(far, NONE, BLOCK, { until: 0, goOn: 0.75 });
          if (found.length > 0) prepend(pieces, found.join(' '));
        }
        if (added === before) break;
      }
      return pieces;
    },
  };
}

/** Direct speech to its last mark: a detail is better set apart from it. */
function isSpoken(paragraph: ReadParagraph): boolean {
  return (/[”"»]$/.test(paragraph.text) && !paragraph.continued) || /^[—–―]/.test(paragraph.text);
}

/** Before the first paragraph, where nothing may stand after the last. */
function prepend(pieces: Piece[], text: string): void {
  const [first] = pieces;
  if (first) pieces[0] = { ...first, glue: '\n\n' };
  pieces.unshift({ text, glue: '', own: false });
}

function mergeCalls(all: readonly Calls[]): Map<string, number> {
  const merged = new Map<string, number>();
  for (const calls of all) for (const [id, weight] of calls) merged.set(id, Math.max(weight, merged.get(id) ?? 0));
  return merged;
}

function sumCalls(all: readonly Calls[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const calls of all) for (const [id, weight] of calls) sums.set(id, weight + (sums.get(id) ?? 0));
  return sums;
}

export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(({ glue, text }) => glue + text).join('');
}
