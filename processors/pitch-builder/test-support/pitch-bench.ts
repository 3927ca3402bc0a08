/** A book of blobs in memory, and runs of the pitch builder on it. */
import type { Blob } from '#schemas/blob.ts';
import { findDataErrors } from '#schemas/blob.ts';
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import { createAiService } from '../../ai-service/ai-service.ts';
import { hashChapterText, type ChapterHashes, type PitchKind } from '../../contract/pitch.ts';
import type { Progress } from '../../contract/processor.ts';
import type { AiSettings } from '../../contract/runner.ts';
import { derivedBlobId } from '../../orchestrator/ids.ts';
import { pitchBuilder } from '../pitch-builder.ts';

const TIME = '2026-01-01T00:00:00.000Z';

interface TestChapter {
  id: string;
  title: string;
  markdown: string;
}

export interface RunWishes {
  ai?: AiSettings;
  config?: Record<string, unknown>;
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

export interface PitchBench {
  blobs: Map<string, Blob>;
  setText(chapterId: string, markdown: string): void;
  textOf(chapterId: string): string;
  dropChapter(chapterId: string): void;
  /** What the chapters say now. */
  hashes(): ChapterHashes;
  /** Runs, stores what was made as the orchestrator does, and gives the pitch. */
  run(wishes?: RunWishes): Promise<{ id: string; pitch: PitchV1; also: string[] }>;
  store(id: string, pitch: PitchV1): void;
}

export function makePitchBench(title: string, chapters: readonly TestChapter[], language = 'en-GB'): PitchBench {
  const blobs = new Map<string, Blob>();
  const put = (id: string, schema_id: string, data: object, version = 1): void => {
    blobs.set(id, { id, user_id: 'local', processor_id: 'user-input', schema_id, data: { ...data }, tags: [], version, created_at: TIME, updated_at: TIME, deleted: false });
  };
  for (const { id, markdown } of chapters) put(`draft-${id}`, 'text-input-v2', { content: markdown });
  let order = chapters.map(({ id, title: name }) => ({ id, title: name, draft_blob_id: `draft-${id}`, edition: 'draft' }));
  const textOf = (id: string): string => String(blobs.get(`draft-${id}`)?.data['content'] ?? '');
  let runs = 0;
  return {
    blobs,
    textOf,
    setText: (id, content) => put(`draft-${id}`, 'text-input-v2', { content }, (blobs.get(`draft-${id}`)?.version ?? 0) + 1),
    dropChapter: (chapterId) => void (order = order.filter(({ id }) => id !== chapterId)),
    hashes: () => new Map(order.flatMap(({ id }) => { const hash = hashChapterText(textOf(id)); return hash === null ? [] : [[id, hash] as const]; })),
    store: (id, pitch) => put(id, 'pitch-v1', pitch),
    async run({ ai = { provider: 'built-in' }, config = {}, signal = new AbortController().signal, onProgress = () => undefined }: RunWishes = {}) {
      put('book', 'book-v1', { title, author: 'A. Writer', language, chapters: order });
      const output = await pitchBuilder.run({
        blob: blobs.get('book')!, config, signal, reportProgress: onProgress,
        readBlob: async (id) => blobs.get(id) ?? null, ai: createAiService(ai), now: () => 0,
      });
      const id = `pitch-${(runs += 1)}`;
      if (findDataErrors(output.schema_id, output.data).length > 0) throw new Error(JSON.stringify(findDataErrors(output.schema_id, output.data)));
      put(id, output.schema_id, output.data);
      const also = (output.also ?? []).map((side) => {
        const sideId = derivedBlobId('pitch-builder', side.parent_id, side.parent_version, side.config);
        if (findDataErrors(side.schema_id, side.data).length > 0) throw new Error('a side blob its schema rejects');
        put(sideId, side.schema_id, side.data);
        return sideId;
      });
      return { id, pitch: output.data as unknown as PitchV1, also };
    },
  };
}

export function partOf(pitch: PitchV1, kind: PitchKind): PitchPart {
  return pitch.parts.find((part) => part.kind === kind)!;
}

export function sentencesOf(pitch: PitchV1): PitchSentence[] {
  return pitch.parts.flatMap((part) => part.sentences);
}

/** A chapter of plain sentences, none like another. */
export function makeChapter(id: string, names: readonly string[]): TestChapter {
  const sentences = names.map((name, index) => `The ${name} walked slowly along the quiet harbour of ${name} with lantern number ${index + 1}.`);
  return { id, title: `Chapter ${id}`, markdown: sentences.join(' ') };
}
