/**
 * The provider that needs no network and no model: it weaves details from the thesaurus into a passage, in the
 * passage's own tense and person. The passage's own sentences stay as they are, in order. Its result names no model.
 */
import { RectoError } from '#schemas/errors.ts';
import { countWords, splitParagraphs, standsAsItIs } from '#processors/contract/passages.ts';
import type { ExpandRequest, ExpandResult, WritingStyle } from '#processors/contract/processor.ts';
import { Chooser, type Leaning } from './choose-details.ts';
import { addBeats, addCalls } from './find-calls.ts';
import { loadLexicon, type Lexicon } from './lexicon.ts';
import { createPause } from './pause.ts';
import { createRandom, hashText } from './random.ts';
import { readTerms, tenseOf, voiceOf, type Term } from './read-grammar.ts';
import { splitSentences } from './split-sentences.ts';
import { joinPieces, weave, type Piece, type ReadParagraph } from './weave.ts';

/** A passage grows to 2 to 3.5 times its words, however words are counted; what is aimed at lies inside that. */
const LEAST = 1.04;
const MOST = 2.45;

/** BCP 47, and what people write instead; an undetermined language is taken for English. */
const ENGLISH = /^(?:en(?:$|[^a-z]|glish)|und|mul|mis|x-)/i;

interface Manner {
  /** Words to add for each word of the draft, in a short passage and in a long one. */
  short: number;
  long: number;
  leaning: Leaning;
}

const MANNERS: Readonly<Record<WritingStyle, Manner>> = {
  creative: { short: 2, long: 1.16, leaning: (entry) => (entry.kind === 'place' || entry.kind === 'thing' ? 1.3 : 1) },
  casual: { short: 1.7, long: 1.12, leaning: (entry) => (entry.kind === 'inner' ? 1.2 : 1) },
  formal: { short: 1.5, long: 1.1, leaning: (entry) => (entry.kind === 'general' ? 1.5 : 1) },
  technical: { short: 1.3, long: 1.08, leaning: (entry) => (entry.kind === 'inner' ? 0.6 : 1.2) },
};

/** Between these lengths, in words, a manner goes from its short to its long measure. */
const SHORT_PASSAGE = 15;
const LONG_PASSAGE = 90;

/**
 * Grows a passage of Markdown 2 to 3.5 times in words. The same text, style, seed and used details give the same bytes.
 * What stands as it is (headings, verse, lists, short quotations) is passed through.
 * @throws RectoError input_invalid for a language other than English; the signal's reason when it aborts
 */
export async function expandBuiltIn(request: ExpandRequest, options: { signal: AbortSignal }): Promise<ExpandResult> {
  if (request.language && !ENGLISH.test(request.language)) {
    throw new RectoError(
      'input_invalid',
      `Recto’s own expansion writes English only, and this book’s language is “${request.language}”. Choose a model in the settings, or change the book’s language.`,
    );
  }
  const { text, details } = (await growText(request, options.signal)) ?? { text: request.original, details: [] };
  return {
    text,
    provider: 'built-in',
    model: 'none',
    temperature: 0,
    inputTokens: 0,
    outputTokens: 0,
    finishReason: 'stop',
    usedDetails: details,
  };
}

async function growText(request: ExpandRequest, signal: AbortSignal): Promise<{ text: string; details: readonly string[] } | null> {
  signal.throwIfAborted();
  const lexicon = await loadLexicon();
  signal.throwIfAborted();
  const quote = readQuote(request.original);
  const grown = await growPassage(quote?.inner ?? request.original, request, { lexicon, pause: createPause(signal) });
  if (!grown) return null;
  const text = joinPieces(grown.pieces);
  return { text: quote ? writeQuote(text) : text, details: grown.details };
}

export interface GrowTools {
  lexicon: Lexicon;
  pause(): Promise<void>;
}

export interface GrownPassage {
  pieces: Piece[];
  details: readonly string[];
}

/** The pieces of a grown passage, or null when there is nothing in it to grow. */
export async function growPassage(original: string, request: Omit<ExpandRequest, 'original'>, tools: GrowTools): Promise<GrownPassage | null> {
  const { paragraphs, narration } = await readPassage(original, tools);
  const words = paragraphs.flatMap(({ sentences }) => sentences).reduce((sum, sentence) => sum + sentence.words, 0);
  if (words < 2) return null;
  const style = request.style ?? 'creative';
  const manner = MANNERS[style];
  const random = createRandom(hashText(`${request.seed ?? 0}\n${style}\n${original}`));
  const chooser = new Chooser(request.usedDetails ?? [], random, manner.leaning);
  const around = (): Term[] => readTerms(`${request.before ?? ''}\n\n${request.after ?? ''}`.slice(-4000));
  // Stammered dots count as words for some readers and not for others: the bounds hold for both.
  const spoken = paragraphs.filter(({ sentences }) => sentences.length > 0).reduce((sum, { text }) => sum + countWords(text), 0);
  const most = Math.max(words, Math.floor(spoken * MOST));
  const target = Math.min(most, Math.ceil(words * Math.max(LEAST, measure(manner, words) + (random() - 0.5) * 0.12)));
  const voice = voiceOf(narration, around);
  const pieces = await weave(paragraphs, { voice, chooser, random, target, most, pause: tools.pause });
  return { pieces, details: chooser.chosen };
}

function measure({ short, long }: Manner, words: number): number {
  const along = Math.min(1, Math.max(0, (words - SHORT_PASSAGE) / (LONG_PASSAGE - SHORT_PASSAGE)));
  return short + (long - short) * along;
}

async function readPassage(original: string, tools: GrowTools): Promise<{ paragraphs: ReadParagraph[]; narration: Term[] }> {
  const narration: Term[] = [];
  const paragraphs: ReadParagraph[] = [];
  for (const { text } of splitParagraphs(original)) paragraphs.push(await readParagraph(text, narration, tools));
  return { paragraphs, narration };
}

/** @param narration gets the terms that are nobody's speech */
async function readParagraph(text: string, narration: Term[], { lexicon, pause }: GrowTools): Promise<ReadParagraph> {
  if (standsAsItIs(text)) return { text, sentences: [], endsClean: true, continued: false, opening: '' };
  const account = isAccount(text);
  const { sentences, endsClean, continued } = splitSentences(text, account);
  const read: ReadParagraph['sentences'] = [];
  for (const sentence of sentences) {
    await pause();
    const calls = new Map<string, number>();
    const told = readTerms(sentence.narration);
    for (const term of told) narration.push(term);
    addCalls(calls, told, lexicon, false);
    addCalls(calls, readTerms(sentence.speech), lexicon, true);
    if (/\p{L}/u.test(sentence.speech)) addBeats(calls);
    read.push({ ...sentence, words: countRuns(sentence.text), calls });
  }
  return { text, sentences: read, endsClean, continued, opening: account ? text.charAt(0) : '' };
}

/** A long paragraph that opens a quotation and doesn't close it, told in the past: a character's own narration. */
function isAccount(text: string): boolean {
  return /^[“"«]/.test(text) && countWords(text) >= 30 && splitSentences(text).continued && tenseOf(readTerms(text)) === 'past';
}

function countRuns(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The text inside a block quotation, or null where the marks are not plain enough to be put back as they were. */
function readQuote(text: string): { inner: string } | null {
  const lines = text.split('\n');
  if (!text.startsWith('>') || standsAsItIs(text) || !lines.every((line) => /^>(?: |$)/.test(line))) return null;
  return { inner: lines.map((line) => line.replace(/^> ?/, '')).join('\n') };
}

function writeQuote(inner: string): string {
  return inner.split('\n').map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');
}
