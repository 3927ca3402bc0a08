/** How the orchestrator reads and writes the blobs of a library. */
import type { BlobReader, BlobWriter, Job, JobStore } from '#processors/orchestrator/ports.ts';
import { carryPitchEdits } from '#processors/contract/pitch-edits.ts';
import { isBlobOf } from '#schemas/blob.ts';
import { findHead } from '#processors/contract/find-head.ts';
import type { BlobStore } from './blob-store.ts';
import { carryLateEdit, toAuthors, withEdits } from './carry-edits.ts';
import { isExpansion, readLinks, type Expansion } from './expansion-links.ts';
import { inHeadTurn } from './head-turn.ts';
import { findPitchHead, type PitchBlob } from './pitch-head.ts';

export function createDerivedPorts(blobs: BlobStore, jobs: JobStore): BlobReader & BlobWriter {
  /** What running jobs have read of the expansions they carry on. */
  const read = new Map<string, Expansion>();
  /** And of the pitches. */
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
        const from = was && isExpansion(blob) ? await readShown(blobs, blob, was) : null;
        let current = was && from && isExpansion(blob) ? carryOn(blob, was, from) : blob;
        if (wasPitch && isBlobOf(blob, 'pitch-v1')) current = await carryPitchOn(blobs, blob, wasPitch);
        for (const side of also) await blobs.insertOnce(side);
        const stored = await blobs.insertOnce(current);
        // It was derived elsewhere, by who could not know what its author did here meanwhile.
        if (stored === 'existed' && current !== blob) await blobs.insertOnce((current = toAuthors(current, blob)));
        // Another window takes no turn in this one.
        if (from && isExpansion(current)) await carryLateEdit(blobs, current, from);
        return stored;
      });
      if (outcome === 'stored') await jobs.update(job, { state: 'running', attempts: job.attempts });
      // Its own alone: another job may be at work on another chapter.
      (isBlobOf(blob, 'pitch-v1') ? pitches : read).delete(basedOn(job));
      return outcome;
    },
  };
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

/** What the chapter shows until `grown` does. What was grown on a server has come here already. */
async function readShown(blobs: BlobStore, grown: Expansion, was: Expansion): Promise<Expansion> {
  if (grown.conversation_id === undefined) return was;
  return findHead(readLinks(await blobs.find('conversation_id', grown.conversation_id)).filter(({ id }) => id !== grown.id))?.blob ?? was;
}

/** The author may have edited the expansion while its next one was grown: what was written since goes on with it. */
function carryOn(grown: Expansion, was: Expansion, shown: Expansion): Expansion {
  return shown.id === was.id && shown.version === was.version ? grown : withEdits(grown, was, shown);
}
