/** What each route takes, for one place of it to be changed. */
import type { RouteName } from '#schemas/http.ts';

const AT = '2026-01-01T00:00:00Z';

/** @param ids of blobs, jobs and devices: the sender's own and another tenant's */
export function soundBodies(id: string): Partial<Record<RouteName, unknown>> {
  return {
    register: { email: 'someone@example.org', password: 'x', device_name: 'A device' },
    login: { email: 'author@example.org', password: 'a guess that is long', device_name: 'A device' },
    refresh: { refresh_token: 'a'.repeat(43) },
    logout: { refresh_token: 'a'.repeat(43) },
    changePassword: { current_password: 'a guess that is long', new_password: 'another guess that is long' },
    requestPasswordReset: { email: 'author@example.org' },
    resetPassword: { token: 'a'.repeat(43), password: 'a guess that is long' },
    deleteAccount: { password: 'a guess that is long' },
    createBlob: { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'A note.' }, parent_id: id, conversation_id: id, tags: ['a', 'b'] },
    replaceBlob: { version: 1, schema_id: 'note-v1', data: { content: 'Taken over.' }, parent_id: id, tags: [] },
    push: [{ assumed_master_state: null, new_document_state: soundBlob(id) }],
    setAiAccount: { provider: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', model: 'm', temperature: 1, price: { input: 1, output: 1 }, monthly_budget: 1, key: 'k' },
    analyzeStyle: { text: 'A line.' },
    generateExpand: { original: 'A line.', style: 'formal' },
    generateWrite: { instruction: 'Write.', text: 'A line.', seed: 1 },
    registerSchema: { name: 'poem', version: '1.0.0', type: 'output', definition: { type: 'object', properties: { lines: { type: 'array', items: { type: 'string', pattern: '^a' } } } }, examples: [{ lines: ['a'] }] },
    validate: { content: 'A note.' },
    registerProcessor: {
      id: 'poet', name: 'Poet', input_schema_id: 'note-v1', output_schema_id: 'verse-v1', event_patterns: ['blob.created.note-v1'], priority: 1, max_concurrency: 2, config_schema: { type: 'object' }, output_schema: { type: 'object' },
      workflow: { id: 'w', steps: [{ id: 'a', type: 'computation', operations: [{ words: 'len($.data.content)' }] }, { id: 'b', type: 'state-update', operation: 'create-blob', schema_id: 'verse-v1', data_map: { n: '$.words' } }] },
    },
    setInstance: { active: true, run_at: 'cloud', config: { style: 'formal' } },
    createJob: { processor_id: 'text-expansion', blob_id: id, config: { style: 'formal', only_passages: [0] } },
    reportProgress: { done: 1, total: 2, message: 'm', partial: { passage: 0, text: 't' } },
    keepAnswer: { text: 't', provider: 'p', model: 'm', temperature: 1, inputTokens: 1, outputTokens: 1, finishReason: 'stop' },
    expandForRun: { original: 'A line.', style: 'formal' },
    writeForRun: { instruction: 'Write.', text: 'A line.' },
    completeJob: {
      schema_id: 'pitch-v1', data: { title: 'A pitch' }, tags: ['a'],
      also: [{ parent_id: id, parent_version: 1, config: {}, schema_id: 'note-v1', data: {} }], usage: [{ provider: 'p', model: 'm', input_tokens: 1, output_tokens: 1, cost: 1 }],
    },
    failJob: { code: 'network', message: 'm', errors: [{ path: '/', message: 'm' }], retry_after_ms: 0, usage: [] },
  };
}

export function soundBlob(id: string): object {
  return {
    id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'A storm came up.' }, parent_id: id, conversation_id: 'chapter',
    tags: ['a'], version: 1, created_at: AT, updated_at: AT, deleted: false,
  };
}

/** What the socket of events takes. */
export function soundMessages(token: string): unknown[] {
  return [{ type: 'auth', token }, { type: 'subscribe', patterns: ['*', '>', 'blob.*', 'processor.progress'] }, { type: 'sync' }];
}
