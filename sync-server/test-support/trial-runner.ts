/** A server of processors and nothing else, for a test that kills it: of two that run, one hangs. Says when they do. */
import { createProcessRunner } from '../processor-service/process-runner.ts';

const runner = createProcessRunner(() => ({ provider: 'built-in' }), { script: new URL('./trial-process.ts', import.meta.url) });
const blob = { id: 'b', user_id: 'u', processor_id: 'p', schema_id: 's', tags: [], version: 1, created_at: '', updated_at: '', deleted: false };
const run = (content: string) => runner.run({ jobId: content, processorId: 'trial', blob: { ...blob, data: { content } }, config: {} }, { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null });

const hung = run('hang');
await run('draft');
console.log('running');
await hung;
