import { applyExpansionEdit } from '#processors/contract/passage-edits.ts';
import { splitParagraphs } from '#processors/contract/passages.ts';
import { coreOf } from '../app-core.ts';
import { mergeProse } from '../domain/merge-prose.ts';
import { replaceParagraphs, type ParagraphRun } from '../domain/replace-paragraphs.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeHead } from '../store/change-head.ts';
import { findVersion, isOfExpansion, type VersionPlace } from '../store/history/find-version.ts';
import { readKept, textOfContent } from '../store/history/read-kept.ts';
import { replaceDraft } from '../store/history/replace-draft.ts';

export interface ParagraphTaking extends VersionPlace {
  /** Paragraphs of the version (as `splitParagraphs` tells them apart). */
  from: ParagraphRun;
  /** Those of what the chapter says now that they replace; count 0: they are put in before the first. */
  at: ParagraphRun;
  /** What the chapter said when `at` was found: where it was written on since, the same paragraphs are meant. */
  seen?: string;
}

/**
 * Takes a run of paragraphs back from a version, and nothing else of it. What the chapter said is kept first.
 * @returns `undo` takes it back; what was written since stays
 * @throws RectoError not_found, input_invalid (the chapter has been written on: it has no such paragraphs), storage_damaged,
 * storage_full, storage_failed: nothing was changed
 */
export async function takeParagraphs(app: RectoApp, { from, at, seen, ...place }: ParagraphTaking): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const version = await findVersion(library, place);
  const old = textOfContent(await readKept(library.blobs, version));
  const taken = splitParagraphs(old).slice(from.first, from.first + from.count).map(({ text }) => text);
  const replace = (text: string): string => (seen === undefined ? replaceParagraphs(text, at, taken) : mergeProse(seen, text, replaceParagraphs(seen, at, taken)).text);
  if (!isOfExpansion(version)) return replaceDraft(library, place, replace);
  let [before, after] = ['', ''];
  const change = (edit: (expanded: string) => string): Promise<void> =>
    library.drafts.track(() => changeHead(app, library, place, (expansion) => applyExpansionEdit(expansion, edit(expansion.expanded)), { keep: 'restore' }));
  await change((text) => {
    before = text;
    return (after = replace(text));
  });
  return { undo: () => change((text) => mergeProse(after, text, before).text) };
}
