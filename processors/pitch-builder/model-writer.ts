/** A pitch by a model: it reads each chapter once, and then writes from what it noted of them. */
import { RectoError } from '#schemas/errors.ts';
import type { PitchSentence } from '#schemas/generated/types.ts';
import { countWords } from '../contract/count-words.ts';
import type { PitchKind } from '../contract/pitch.ts';
import type { ModelAnswer, ProcessorContext, SideOutput, WriteRequest } from '../contract/processor.ts';
import type { BookTexts, ChapterText } from './book-texts.ts';
import { summarizeChapter, type ChapterSummary } from './chapter-summaries.ts';
import { parseReferencedLines } from './parse-lines.ts';
import { tellsAll } from './part-lengths.ts';
import type { PitchConfig } from './pitch-config.ts';
import { condenseInstruction, describeGap, partInstruction, runInstruction } from './pitch-prompts.ts';
import type { PitchWriter } from './pitch-writer.ts';

/** Asks until the answer can be used. @throws RectoError provider_nonsense and others of the provider */
export type AskModel = <T>(request: Omit<WriteRequest, 'seed'>, parse: (said: string) => T[]) => Promise<{ lines: T[]; answer: ModelAnswer }>;

/** An answer that can't be used is asked for once more, with another seed. */
const TRIES = 2;
const MOST_HALVINGS = 6;
/** Room for an answer of so many words: their tokens, in any language, and the references. */
const TOKENS_A_WORD = 3;
const TOKENS_BESIDE = 300;
/** A part may be longer than it should be by this much; then it ends. */
const LONGEST = 1.6;

/** @param also takes the summaries that are made */
export function createModelWriter(book: BookTexts, config: PitchConfig, context: ProcessorContext, also: SideOutput[]): PitchWriter {
  const summaries = new Map<string, ChapterSummary>();
  const used = { provider: 'none', model: 'none', input_tokens: 0, output_tokens: 0 };

  const ask: AskModel = async (request, parse) => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      context.signal.throwIfAborted();
      const answer = await context.ai.write({ ...request, seed: config.seed + attempt }, { signal: context.signal });
      Object.assign(used, { provider: answer.provider, model: answer.model });
      used.input_tokens += answer.inputTokens;
      used.output_tokens += answer.outputTokens;
      const lines = parse(answer.text);
      if (lines.length > 0) return { lines, answer };
    }
    throw new RectoError('provider_nonsense', 'The model’s answer names no chapters, so it was not used. Your book and its pitch are as they were; try again, or choose another model.');
  };

  const summaryOf = async (chapter: ChapterText): Promise<ChapterSummary> => {
    const known = summaries.get(chapter.id) ?? (await summarizeChapter(chapter, book.language, context, ask, also));
    summaries.set(chapter.id, known);
    return known;
  };
  const materialOf = async (chapters: readonly ChapterText[]): Promise<PitchSentence[]> => {
    const lines: PitchSentence[] = [];
    for (const chapter of chapters) for (const text of (await summaryOf(chapter)).sentences) lines.push({ text, chapter_ids: [chapter.id] });
    return lines;
  };

  const writeFrom = async (task: { kind: PitchKind; words: number; instruction(words: number): string; beside: string }, material: readonly PitchSentence[], halvings = MOST_HALVINGS): Promise<PitchSentence[]> => {
    const chapters = book.chapters.filter(({ id }) => material.some(({ chapter_ids }) => chapter_ids.includes(id)));
    const request = { instruction: task.instruction(task.words), text: `${layOut(material, book)}${task.beside}`, maxOutputTokens: Math.round(task.words * TOKENS_A_WORD) + TOKENS_BESIDE };
    try {
      return cutToLength((await ask(request, (said) => parseReferencedLines(said, chapters))).lines, task.kind, task.words);
    } catch (thrown) {
      if (!(thrown instanceof RectoError) || thrown.code !== 'context_too_long' || halvings === 0 || material.length < 2) throw thrown;
    }
    // What doesn't fit the model is told in halves: a synopsis by one after the other, all else from less.
    const middle = Math.ceil(material.length / 2);
    const told: PitchSentence[] = [];
    for (const half of [material.slice(0, middle), material.slice(middle)]) {
      const words = tellsAll(task.kind) ? Math.round(task.words / 2) : Math.round(half.reduce((sum, { text }) => sum + countWords(text), 0) / 3);
      const part = tellsAll(task.kind) ? { ...task, words } : { kind: 'synopsis-long' as const, words, instruction: (length: number) => condenseInstruction(length, book.language), beside: '' };
      told.push(...(await writeFrom(part, half, halvings - 1)));
    }
    return tellsAll(task.kind) ? told : writeFrom(task, told, halvings - 1);
  };

  return {
    origin: 'model',
    async prepare(chapters) {
      for (const [index, chapter] of chapters.entries()) {
        context.reportProgress({ done: index, total: chapters.length, message: `Reading chapter ${index + 1} of ${chapters.length}` });
        await summaryOf(chapter);
      }
    },
    async writePart(kind, words) {
      return writeFrom({ kind, words, instruction: (length) => partInstruction(kind, length, book.language), beside: '' }, await materialOf(book.chapters));
    },
    async rewriteRun({ kind, old, chapters, before, after, words }) {
      const beside = `\n\n${describeGap(before, old, after)}`;
      return writeFrom({ kind, words, instruction: (length) => runInstruction(kind, length, book.language), beside }, await materialOf(chapters));
    },
    describe: () => ({ ...used, method: 'chapter summaries', summaries: [...summaries.values()].map(({ blobId }) => blobId) }),
  };
}

/** Each chapter's number and title, and what is noted of it. */
function layOut(material: readonly PitchSentence[], book: BookTexts): string {
  const chapters = new Map(book.chapters.map((chapter) => [chapter.id, chapter]));
  let last = '';
  const lines = material.map(({ text, chapter_ids }) => {
    const named = chapter_ids.flatMap((id) => chapters.get(id) ?? []);
    const head = `[${named.map(({ number }) => number).join(',')}]`;
    const title = named.length === 1 && head !== last ? `\n${head} ${named[0]?.title ?? ''}\n` : '';
    last = head;
    return `${title}${head} ${text}`;
  });
  return `<summaries>\n${lines.join('\n').trim()}\n</summaries>`;
}

function cutToLength(sentences: readonly PitchSentence[], kind: PitchKind, words: number): PitchSentence[] {
  if (kind === 'logline') return sentences.slice(0, 1);
  if (kind === 'keywords') return sentences.slice(0, words).map(({ paragraph: _paragraph, ...keyword }) => ({ ...keyword, text: keyword.text.replace(/[.;,]+$/, '') }));
  let length = 0;
  return sentences.filter((sentence, index) => {
    length += countWords(sentence.text);
    return index === 0 || length <= words * LONGEST;
  });
}
