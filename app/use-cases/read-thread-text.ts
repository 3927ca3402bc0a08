import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/** The words of one thing in a chapter's thread. @throws RectoError not_found */
export async function readThreadText(app: RectoApp, id: string): Promise<string> {
  const blob = await (await coreOf(app).library()).blobs.get(id);
  if (!blob) throw new RectoError('not_found', 'This is no longer in the library.');
  if (isBlobOf(blob, 'expanded-text-v1')) return blob.data.expanded;
  const data = isBlobOf(blob, 'snapshot-v1') ? blob.data.content : blob.data;
  const text = data['content'] ?? data['expanded'];
  return typeof text === 'string' ? text : JSON.stringify(data, null, 2);
}
