/** How a chapter's text came about: what of it its author wrote, what a model wrote, and what the author made of that. */
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';
import type { Provenance, ProvenanceRun, WordOrigin } from '../../contract/manuscript.ts';
import { hashParagraphs, passagesOf, splitParagraphs, textOf } from '../../contract/passages.ts';
import { PhraseIndex } from './phrase-index.ts';

type ReadBlob = (id: string) => Promise<Blob | null>;

/** An expansion carries on from one that carries on …: further back, an author's text counts as edited. */
const MOST_FOREBEARS = 24;
/** So much of a paragraph in the model's own phrases, and it began as the model's. */
const FROM_A_MODEL = 0.1;

/**
 * Traces an expansion, paragraph by paragraph. What stands in the draft word by word is the author's, whoever put it there. A paragraph
 * of a passage that the author has edited is compared with all that models wrote for this chapter: the same is a model's, one
 * that keeps phrases of theirs is edited, any other is the author's. Where what the model wrote is gone, the passage counts as edited.
 * @param readBlob any blob of the same user, deleted ones too
 */
export async function traceProvenance(blob: Blob & Blob<'expanded-text-v1'>, readBlob: ReadBlob): Promise<Provenance> {
  const passages = ownPassages(blob);
  const written = new WrittenBefore();
  written.add(blob.data, passages);
  if (passages.some(({ origin }) => origin === 'author')) for await (const forebear of forebears(blob, readBlob)) written.add(forebear.data, ownPassages(forebear), true);
  const runs: ProvenanceRun[] = [];
  let at = 0;
  for (const paragraph of splitParagraphs(blob.data.expanded)) {
    while (at < passages.length - 1 && (passages[at + 1]?.span.start ?? Infinity) <= paragraph.start) at += 1;
    const origin = written.judge(paragraph.text, passages[at]);
    const last = runs.at(-1);
    if (last?.origin === origin) last.end = paragraph.end;
    else runs.push({ end: paragraph.end, origin });
  }
  const models = runs.every(({ origin }) => origin === 'author') ? [] : written.models(runs.some(({ origin }) => origin === 'model_edited'));
  return { runs, models };
}

/** An expansion without passages is one of its maker's. */
function ownPassages(blob: Blob & Blob<'expanded-text-v1'>): readonly Passage[] {
  const passages = passagesOf(blob.data);
  const isUntold = (blob.data.passages ?? []).length === 0 && blob.processor_id === USER_INPUT;
  return isUntold ? passages.map((passage) => ({ ...passage, origin: 'author' })) : passages;
}

/** What an expansion was made over: the one that its author edited, and the one whose passages it carries on. */
async function* forebears(blob: Blob & Blob<'expanded-text-v1'>, readBlob: ReadBlob): AsyncGenerator<Blob & Blob<'expanded-text-v1'>> {
  const seen = new Set([blob.id]);
  const next = linksOf(blob);
  for (let id = next.shift(); id !== undefined && seen.size <= MOST_FOREBEARS; id = next.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const found = await readBlob(id).catch(orNull);
    if (!found || !isBlobOf(found, 'expanded-text-v1')) continue;
    yield found;
    next.push(...linksOf(found));
  }
}

/** A remote worker may not read everything: what it may not is as good as gone. */
function orNull(thrown: unknown): null {
  if (thrown instanceof RectoError && thrown.code === 'forbidden') return null;
  throw thrown;
}

function linksOf({ processor_id, parent_id, data }: Blob & Blob<'expanded-text-v1'>): string[] {
  // A processor's own parent is the draft.
  return [processor_id === USER_INPUT ? parent_id : undefined, data.metadata?.based_on].filter((id) => id !== undefined);
}

/** What author and models have written for a chapter so far. */
class WrittenBefore {
  readonly #drafts = new Set<string>();
  readonly #draftPhrases = new PhraseIndex();
  readonly #ofModels = new Set<string>();
  readonly #phrases = new PhraseIndex();
  readonly #names = { own: new Set<string>(), before: new Set<string>() };
  #knowsModel = false;

  add(expansion: ExpandedTextV1, passages: readonly Passage[], isForebear = false): void {
    for (const { text } of splitParagraphs(expansion.original)) {
      this.#drafts.add(hashParagraphs([{ text }]));
      this.#draftPhrases.add(text);
    }
    for (const passage of passages.filter(({ origin }) => origin === 'model')) {
      for (const { text } of splitParagraphs(textOf(expansion, passage))) {
        this.#ofModels.add(hashParagraphs([{ text }]));
        this.#phrases.add(text);
      }
      this.#knowsModel ||= isForebear;
      const name = nameOf(passage, expansion.metadata);
      if (name !== undefined) this.#names[isForebear ? 'before' : 'own'].add(name);
    }
  }

  judge(paragraph: string, passage: Passage | undefined): WordOrigin {
    const hash = hashParagraphs([{ text: paragraph }]);
    if (passage?.origin === 'draft' || this.#drafts.has(hash)) return 'author';
    if (passage?.origin !== 'author' || this.#ofModels.has(hash)) return 'model';
    if (!this.#knowsModel && passage.source.count > 0) return 'model_edited';
    return this.#phrases.share(paragraph, this.#draftPhrases) >= FROM_A_MODEL ? 'model_edited' : 'author';
  }

  models(withForebears: boolean): string[] {
    return [...new Set([...this.#names.own, ...(withForebears ? this.#names.before : [])])].toSorted();
  }
}

/** A model's name; its provider's, where that asks none. */
function nameOf({ model, provider }: Passage, metadata: ExpandedTextV1['metadata']): string | undefined {
  const name = model ?? metadata?.model;
  return name === undefined || name === 'none' || name === '' ? (provider ?? metadata?.provider) : name;
}
