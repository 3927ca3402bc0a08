/** How the orchestrator reads and writes the blobs of a library. */
import { applyExpansionEdit } from '#processors/contract/passage-edits.ts';
import { passagesOf } from '#processors/contract/passages.ts';
import { derivedBlobId } from '#processors/orchestrator/ids.ts';
import type { BlobReader, BlobWriter, Job, JobStore } from '#processors/orchestrator/ports.ts';
import { carryPitchEdits } from '#processors/contract/pitch-edits.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { findHead } from '#processors/contract/find-head.ts';
import { mergeProse } from '../domain/merge-prose.ts';
import type { BlobStore } from './blob-store.ts';
import { inHeadTurn } from './head-turn.ts';
import { findPitchHead, type PitchBlob } from './pitch-head.ts';

export type Expansion = Blob & Blob<'expanded-text-v1'>;

export function createDerivedPorts(blobs: BlobStore, jobs: JobStore): BlobReader & BlobWriter {
  /** What running jobs have read of the expansions they carry on. */
  const read = new Map<string, Expansion>();
  /** And of the pitches: apart, since the end of another job must not make this one forget. */
  const pitches = new Map<string, PitchBlob>();
  return {
    async read(_userId, id) {
      const blob = await blobs.get(id, { deleted: true });
      if (blob && isExpansion(blob)) read.set(id, blob);
      if (blob && isBlobOf(blob, 'pitch-v1')) pitches.set(id, blob);
      return blob;
    },
    async writeDerived({ blob, also }, job) {
      const was = read.get(basedOn(job));
      const wasPitch = pitches.get(basedOn(job));
      // What the author stores between the reading and the writing would stay behind on the older one.
      const outcome = await inHeadTurn(blobs, async () => {
        let current = was && isExpansion(blob) ? await carryOn(blobs, blob, was) : blob;
        if (wasPitch && isBlobOf(blob, 'pitch-v1')) current = await carryPitchOn(blobs, blob, wasPitch);
        for (const side of also) await blobs.insertOnce(side);
        const stored = await blobs.insertOnce(current);
        // It was derived elsewhere, by who could not know what its author did here meanwhile.
        if (stored === 'existed' && current !== blob) await blobs.insertOnce(toAuthors(current, blob));
        return stored;
      });
      if (outcome === 'stored') await jobs.update(job, { state: 'running', attempts: job.attempts });
      if (isBlobOf(blob, 'pitch-v1')) pitches.clear();
      else read.clear();
      return outcome;
    },
  };
}

/** The author's own over what was derived, and over what it was carried on from; the same where this is done twice. */
function toAuthors(carried: Blob, derived: Blob): Blob {
  const id = derivedBlobId(USER_INPUT, derived.id, derived.version, { data: carried.data });
  return { ...carried, id, processor_id: USER_INPUT, parent_id: derived.id };
}

function isExpansion(blob: Blob): blob is Expansion {
  return isBlobOf(blob, 'expanded-text-v1');
}

/** The author may have edited the pitch while it was made again: what was written since goes on with it. */
async function carryPitchOn(blobs: BlobStore, made: PitchBlob, was: PitchBlob): Promise<PitchBlob> {
  const head = await findPitchHead(blobs, made.data.metadata.book_id ?? '', made.id);
  if (!head || (head.id === was.id && head.version === was.version)) return made;
  const data = carryPitchEdits(was.data, head.data, made.data);
  return { ...made, data: { ...data, metadata: { ...data.metadata, based_on: head.id } } };
}

function basedOn(job: Job): string {
  const id = job.config['based_on'];
  return typeof id === 'string' ? id : '';
}

/** The author may have edited the expansion while its next one was grown: what was written since goes on with it. */
async function carryOn(blobs: BlobStore, grown: Expansion, was: Expansion): Promise<Expansion> {
  if (grown.conversation_id === undefined) return grown;
  // What was grown on a server has come here already.
  const head = findHead(readLinks(await blobs.find('conversation_id', grown.conversation_id)).filter(({ id }) => id !== grown.id));
  if (!head || (head.id === was.id && head.blob.version === was.version)) return grown;
  const data = carryEdits(was.data, head.blob.data, grown.data);
  return { ...grown, data: { ...data, metadata: { ...data.metadata, based_on: head.id } } };
}

/** The grown text with what the author did to `was` until it became `now`: words by three-way merge, and passages kept. */
function carryEdits(was: ExpandedTextV1, now: ExpandedTextV1, grown: ExpandedTextV1): ExpandedTextV1 {
  const edited = applyExpansionEdit(grown, mergeProse(was.expanded, now.expanded, grown.expanded).text);
  const kept = new Set(passagesOf(now).filter((passage) => passage.kept).map((passage) => passage.source.hash));
  if (kept.size === 0) return edited;
  return { ...edited, passages: passagesOf(edited).map((passage) => (kept.has(passage.source.hash) ? { ...passage, kept: true } : passage)) };
}

/** The expansions among a conversation's blobs, as the rule of the head sees them. */
export function readLinks(conversation: readonly Blob[]): { id: string; parent_id?: string; based_on?: string; created_at: string; blob: Expansion }[] {
  return conversation.filter(isExpansion).map((blob) => {
    const based_on = blob.data.metadata?.based_on;
    return {
      id: blob.id,
      ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
      ...(based_on !== undefined && { based_on }),
      created_at: blob.created_at,
      blob,
    };
  });
}
