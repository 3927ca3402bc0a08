/**
 * What an author does to an expansion while its next one is grown goes on with that. Within a window the two take turns
 * (head-turn.ts); another window may store words on the older one in the moment when the next takes its place, so whoever
 * has written looks once more, and one of the two sees what the other did.
 */
import { applyExpansionEdit } from '#processors/contract/passage-edits.ts';
import { passagesOf } from '#processors/contract/passages.ts';
import { derivedBlobId } from '#processors/orchestrator/ids.ts';
import { USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { mergeProse } from '../domain/merge-prose.ts';
import type { BlobStore } from './blob-store.ts';
import { readLinks, type Expansion } from './expansion-links.ts';

/** What was grown, with what the author did to `was` until it became `now`. */
export function withEdits(grown: Expansion, was: Expansion, now: Expansion): Expansion {
  const data = carryEdits(was.data, now.data, grown.data);
  return { ...grown, data: { ...data, metadata: { ...data.metadata, based_on: now.id, based_on_version: now.version } } };
}

/** The author's own over what was derived, and over what it was carried on from; the same where this is done twice. */
export function toAuthors<T extends Blob>(carried: T, derived: Blob): T {
  const id = derivedBlobId(USER_INPUT, derived.id, derived.version, { data: carried.data });
  return { ...carried, id, processor_id: USER_INPUT, parent_id: derived.id };
}

/**
 * After `grown` took the place of `shown`: what another window stored on that meanwhile, or in its place, goes over `grown`.
 * @param shown as it was when `grown` was made of it
 */
export async function carryLateEdit(blobs: BlobStore, grown: Expansion, shown: Expansion): Promise<void> {
  if (grown.conversation_id === undefined) return;
  const links = readLinks(await blobs.find('conversation_id', grown.conversation_id));
  const isLate = ({ id, parent_id, based_on, blob }: (typeof links)[number]): boolean =>
    id === shown.id ? blob.version > shown.version : id !== grown.id && parent_id !== grown.id && (parent_id === shown.id || based_on === shown.id);
  const late = links.find((link) => link.blob.processor_id === USER_INPUT && isLate(link));
  if (!late || links.some(({ parent_id, based_on }) => parent_id === grown.id && based_on === late.id)) return;
  await blobs.insertOnce(toAuthors(withEdits(grown, shown, late.blob), grown));
}

/**
 * After the author's words were stored on `shown`, or over it: where something grew in its place meanwhile without them, they
 * go over that.
 * @param shown as it was before
 */
export async function carryToRival(blobs: BlobStore, shown: Expansion, written: Blob): Promise<void> {
  if (shown.conversation_id === undefined) return;
  const links = readLinks(await blobs.find('conversation_id', shown.conversation_id));
  const rival = links.find(({ id, based_on, blob }) => based_on === shown.id && id !== written.id && !(written.id === shown.id && hasVersion(blob, written.version)));
  if (rival) await carryLateEdit(blobs, rival.blob, shown);
}

/** Whether what was carried on from an author's blob had this state of it. */
function hasVersion({ data }: Expansion, version: number): boolean {
  const carried = data.metadata?.['based_on_version'];
  return typeof carried === 'number' && carried >= version;
}

/** The grown text with what the author did to `was` until it became `now`: words by three-way merge, and passages kept. */
function carryEdits(was: ExpandedTextV1, now: ExpandedTextV1, grown: ExpandedTextV1): ExpandedTextV1 {
  const edited = applyExpansionEdit(grown, mergeProse(was.expanded, now.expanded, grown.expanded).text);
  const kept = new Set(passagesOf(now).filter((passage) => passage.kept).map((passage) => passage.source.hash));
  if (kept.size === 0) return edited;
  return { ...edited, passages: passagesOf(edited).map((passage) => (kept.has(passage.source.hash) ? { ...passage, kept: true } : passage)) };
}
