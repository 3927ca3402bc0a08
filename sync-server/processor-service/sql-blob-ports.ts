import type { OutputFile, ReceivedFile } from '#processors/contract/processor.ts';
import type { BlobReader, BlobWriter } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import type { Attachment, Attachments } from '../state-service/attachments.ts';
import type { BlobStore } from '../state-service/blob-store.ts';
import { prepareJobStatements, updateJob } from './job-statements.ts';

/**
 * The orchestrator's reader and writer of blobs. A derived blob, its event, its file's name and its job's end are one
 * transaction; the file's bytes are on the disk before it.
 */
export function createSqlBlobPorts(database: Database, store: BlobStore, attachments: Attachments): BlobReader & BlobWriter {
  const jobs = prepareJobStatements(database);
  return {
    read: async (userId, id) => {
      const stored = await store.read(userId, id);
      return stored ? (JSON.parse(stored.doc) as Blob) : null;
    },
    writeDerived: async ({ blob, also, file }, job) => {
      const kept = file ? await keepFile(attachments, file) : null;
      try {
        checkFile(blob, kept);
        return await store.write(blob.user_id, (transaction) => {
          // Also where another worker has the job now: the id makes its result the same blob, which stands then.
          updateJob(jobs, job, { state: 'running', attempts: job.attempts });
          if (transaction.get(blob.id)) return 'existed';
          // The deletion’s event, which stops the run, is still on its way.
          if (blob.parent_id !== undefined && transaction.get(blob.parent_id)?.deleted) throw new RectoError('cancelled', 'The text was deleted while it was processed.');
          for (const side of also) if (!transaction.get(side.id)) transaction.put(side);
          transaction.put(blob);
          if (kept) attachments.attach({ userId: blob.user_id, blobId: blob.id, createdAt: blob.created_at }, kept);
          return 'stored';
        });
      } finally {
        // What was received for a remote worker is released by whoever received it.
        if (kept && file && 'bytes' in file) await attachments.release(kept);
      }
    },
  };
}

async function keepFile(attachments: Attachments, file: OutputFile | ReceivedFile): Promise<Attachment> {
  if (!('bytes' in file)) return file;
  const { name, mediaType } = file;
  return { name, mediaType, ...(await attachments.receive([file.bytes])) };
}

/** Where the data speaks of its file, it speaks of this one. @throws RectoError processor_output_invalid */
function checkFile({ schema_id, data }: Blob, file: Attachment | null): void {
  if (schema_id !== 'compiled-book-v1') return;
  if (!file) throw new RectoError('processor_output_invalid', 'The compiler described a file and gave none.');
  if (data['sha256'] === file.sha256 && data['size_bytes'] === file.sizeBytes) return;
  throw new RectoError('processor_output_invalid', 'The compiler’s file is not the one that it described: its hash or its size differs.');
}
