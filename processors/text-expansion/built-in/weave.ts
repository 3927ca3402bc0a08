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
  /** Words to add, and the most that may be added. */
  target: number;
  most: number;
  /** Awaited at each sentence. */
  pause(): Promise<void>;
}

const NONE: Calls = new Map();

/** At most so many details stand together inside a paragraph, and in a paragraph of their own. */
const INLINE = 3;
const BLOCK = 5;
/** How often a detail goes on from the one before: a paragraph of its own keeps to a matter or two. */
const GOES_ON_INLINE = 0.5;
const GOES_ON_IN_BLOCK = 0.75;
/** A paragraph that has grown so long is broken after a detail, when enough of it is left. */
const LONG_PARAGRAPH = 120;
const WORTH_BREAKING = 30;

export async function weave(paragraphs: readonly ReadParagraph[], options: WeaveOptions): Promise<Piece[]> {
  const weaver = new Weaver(paragraphs, options);
  for (const [index, paragraph] of paragraphs.entries()) {
    if (paragraph.sentences.length === 0) weaver.copy(paragraph.text);
    else await weaver.grow(paragraph, index === paragraphs.length - 1);
  }
  return weaver.finish(paragraphs.at(-1));
}

export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(({ glue, text }) => glue + text).join('');
}

class Weaver {
  readonly #options: WeaveOptions;
  /** Words to add for each word of the draft. */
  readonly #rate: number;
  /** What the whole passage calls for. */
  readonly #far: Calls;
  readonly #pieces: Piece[] = [];
  #added = 0;
  #debt = 0;

  constructor(paragraphs: readonly ReadParagraph[], options: WeaveOptions) {
    const sentences = paragraphs.flatMap((paragraph) => paragraph.sentences);
    const words = sentences.reduce((sum, sentence) => sum + sentence.words, 0);
    this.#options = options;
    this.#rate = words === 0 ? 0 : options.target / words;
    this.#far = sumCalls(sentences.map(({ calls }) => calls));
  }

  /** A paragraph as it stands. */
  copy(text: string): void {
    this.#pieces.push({ text, glue: this.#paragraphGlue(), own: true });
  }

  async grow(paragraph: ReadParagraph, isLast: boolean): Promise<void> {
    const near = await this.#growInside(paragraph);
    // What goes on in the next paragraph is a quotation: only a character's own account may be gone on with.
    const mayFollow = paragraph.endsClean && (!paragraph.continued || paragraph.opening !== '' || isLast);
    if (mayFollow && this.#debt >= 12 + this.#options.random() * 20) this.#addBlock(near.size > 0 ? near : this.#far, paragraph.opening);
  }

  /** Pays what is left, after the last paragraph or, where nothing may follow that, before the first. */
  finish(last: ReadParagraph | undefined): Piece[] {
    const { target } = this.#options;
    while (this.#added < target) {
      const before = this.#added;
      this.#debt = Math.max(this.#debt, target - before);
      if (!last || last.endsClean || last.sentences.length === 0) this.#addBlock(this.#far, last?.opening ?? '');
      else this.#prepend(this.#choose(this.#far, NONE, BLOCK, 0, GOES_ON_IN_BLOCK).join(' '));
      if (this.#added === before) break;
    }
    return this.#pieces;
  }

  /** @returns what the sentences since the last detail call for */
  async #growInside(paragraph: ReadParagraph): Promise<Calls> {
    let near: Calls = NONE;
    let run = 0;
    let left = paragraph.sentences.reduce((sum, sentence) => sum + sentence.words, 0);
    let glue = this.#paragraphGlue();
    for (const [index, sentence] of paragraph.sentences.entries()) {
      await this.#options.pause();
      const isLast = index === paragraph.sentences.length - 1;
      const text = sentence.text.trimEnd();
      this.#pieces.push({ text: isLast ? sentence.text : text, glue, own: true });
      left -= sentence.words;
      this.#debt += sentence.words * this.#rate;
      near = strongest(near, sentence.calls);
      const added = sentence.open && !(isLast && isSpoken(paragraph)) ? this.#addInline(near, sentence.calls) : 0;
      if (added > 0) near = NONE;
      run += sentence.words + added;
      if (isLast) break;
      const breaks = !paragraph.continued && added > 0 && run >= LONG_PARAGRAPH && left >= WORTH_BREAKING;
      if (breaks) run = 0;
      glue = breaks ? '\n\n' : this.#keepSpace(sentence.text.slice(text.length));
    }
    return near;
  }

  /** The white space after a sentence is the draft's own; only a break in two takes its place. */
  #keepSpace(space: string): Piece['glue'] {
    if (space === ' ') return ' ';
    this.#pieces.push({ text: space, glue: '', own: true });
    return '';
  }

  /** @returns how many words were added */
  #addInline(near: Calls, last: Calls): number {
    const { random } = this.#options;
    const before = this.#added;
    if (this.#debt < 6 + 30 * random() ** 2) return 0;
    for (const text of this.#choose(near, last, random() < 0.3 ? INLINE : INLINE - 1, 5, GOES_ON_INLINE)) {
      this.#pieces.push({ text, glue: ' ', own: false });
    }
    return this.#added - before;
  }

  #addBlock(near: Calls, opening: string): void {
    const found = this.#choose(near, NONE, BLOCK, 4, GOES_ON_IN_BLOCK);
    if (found.length > 0) this.#pieces.push({ text: opening + found.join(' '), glue: this.#paragraphGlue(), own: false });
  }

  #prepend(text: string): void {
    const [first] = this.#pieces;
    if (!first || text === '') return;
    this.#pieces[0] = { ...first, glue: '\n\n' };
    this.#pieces.unshift({ text, glue: '', own: false });
  }

  #paragraphGlue(): Piece['glue'] {
    return this.#pieces.length === 0 ? '' : '\n\n';
  }

  /** At most `count` details, until the debt is no more than `until`. */
  #choose(near: Calls, last: Calls, count: number, until: number, goesOnShare: number): string[] {
    const { chooser, random, voice, target, most } = this.#options;
    const found: string[] = [];
    let goesOn: string | null = null;
    while (found.length < count && this.#debt > until && this.#added < most) {
      const longest = most - this.#added;
      const shortest = Math.min(target - this.#added, longest, 4);
      const clear = found.length === 0 ? last : NONE;
      const detail = chooser.choose({ near, far: this.#far, last: clear, goesOn, shortest, longest, withPerson: voice.person !== null });
      if (!detail) break;
      goesOn = random() < goesOnShare ? detail.entry.id : null;
      this.#added += detail.words;
      this.#debt -= detail.words;
      found.push(renderDetail(detail.template, voice));
    }
    return found;
  }
}

/** Direct speech to its last mark: a detail is better set apart from it. */
function isSpoken(paragraph: ReadParagraph): boolean {
  return (/[”"»]$/.test(paragraph.text) && !paragraph.continued) || /^[—–―]/.test(paragraph.text);
}

function strongest(some: Calls, others: Calls): Calls {
  const merged = new Map(some);
  for (const [id, weight] of others) merged.set(id, Math.max(weight, merged.get(id) ?? 0));
  return merged;
}

function sumCalls(all: readonly Calls[]): Calls {
  const sums = new Map<string, number>();
  for (const calls of all) for (const [id, weight] of calls) sums.set(id, weight + (sums.get(id) ?? 0));
  return sums;
}
