/**
 * The Studio API, a route a line: what goes in and what comes out, by the names of schemas/wire. The server's
 * OpenAPI document is tested against this table, and clients take paths and types from it.
 */
import type { AllSchemas } from './generated/types.ts';

type WireName = keyof AllSchemas;

interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: `/api/v1/${string}`;
  body?: WireName;
  reply?: WireName;
}

export const ROUTES = {
  register: { method: 'POST', path: '/api/v1/auth/register', body: 'registration', reply: 'auth-session' },
  login: { method: 'POST', path: '/api/v1/auth/login', body: 'credentials', reply: 'auth-session' },
  refresh: { method: 'POST', path: '/api/v1/auth/refresh', body: 'refresh-token', reply: 'auth-session' },
  logout: { method: 'POST', path: '/api/v1/auth/logout', body: 'refresh-token' },
  listDevices: { method: 'GET', path: '/api/v1/auth/devices', reply: 'device-list' },
  revokeDevice: { method: 'DELETE', path: '/api/v1/auth/devices/:id' },
  changePassword: { method: 'POST', path: '/api/v1/auth/password', body: 'password-change' },
  requestPasswordReset: { method: 'POST', path: '/api/v1/auth/password-reset/request', body: 'password-reset-request' },
  resetPassword: { method: 'POST', path: '/api/v1/auth/password-reset', body: 'password-reset', reply: 'password-reset-done' },
  deleteAccount: { method: 'POST', path: '/api/v1/auth/account/delete', body: 'account-deletion', reply: 'account-deleted' },
  createBlob: { method: 'POST', path: '/api/v1/blobs', body: 'create-blob', reply: 'blob' },
  listBlobs: { method: 'GET', path: '/api/v1/blobs', reply: 'blob-list' },
  readBlob: { method: 'GET', path: '/api/v1/blobs/:id', reply: 'blob' },
  replaceBlob: { method: 'PUT', path: '/api/v1/blobs/:id', body: 'update-blob', reply: 'blob' },
  deleteBlob: { method: 'DELETE', path: '/api/v1/blobs/:id' },
  readHistory: { method: 'GET', path: '/api/v1/blobs/:id/history' },
  readBlobFile: { method: 'GET', path: '/api/v1/blobs/:id/file' },
  readEventCredentials: { method: 'GET', path: '/api/v1/events/credentials', reply: 'event-credentials' },
  readState: { method: 'GET', path: '/api/v1/state', reply: 'user-state' },
  pull: { method: 'GET', path: '/api/v1/sync/blobs/pull', reply: 'sync-pull' },
  push: { method: 'POST', path: '/api/v1/sync/blobs/push', body: 'sync-push', reply: 'sync-push-results' },
  readAiAccount: { method: 'GET', path: '/api/v1/ai/account', reply: 'ai-account' },
  setAiAccount: { method: 'PUT', path: '/api/v1/ai/account', body: 'ai-account-body', reply: 'ai-account' },
  deleteAiAccount: { method: 'DELETE', path: '/api/v1/ai/account' },
  readUsage: { method: 'GET', path: '/api/v1/usage', reply: 'usage-report' },
  readAiProvider: { method: 'GET', path: '/api/v1/ai/provider', reply: 'ai-provider' },
  analyzeStyle: { method: 'POST', path: '/api/v1/ai/analyze/style', body: 'analyze-style', reply: 'style-analysis' },
  generateExpand: { method: 'POST', path: '/api/v1/ai/generate/expand', body: 'generate-expand', reply: 'generated-expansion' },
  generateWrite: { method: 'POST', path: '/api/v1/ai/generate/write', body: 'generate-write', reply: 'generated-text' },
  listSchemas: { method: 'GET', path: '/api/v1/schemas' },
  registerSchema: { method: 'POST', path: '/api/v1/schemas' },
  readSchema: { method: 'GET', path: '/api/v1/schemas/:id' },
  removeSchema: { method: 'DELETE', path: '/api/v1/schemas/:id' },
  activateSchema: { method: 'POST', path: '/api/v1/schemas/:id/activate' },
  deactivateSchema: { method: 'POST', path: '/api/v1/schemas/:id/deactivate' },
  validate: { method: 'POST', path: '/api/v1/schemas/:id/validate' },
  listProcessors: { method: 'GET', path: '/api/v1/processors' },
  registerProcessor: { method: 'POST', path: '/api/v1/processors' },
  readProcessor: { method: 'GET', path: '/api/v1/processors/:id' },
  removeProcessor: { method: 'DELETE', path: '/api/v1/processors/:id' },
  activateProcessor: { method: 'POST', path: '/api/v1/processors/:id/activate' },
  deactivateProcessor: { method: 'POST', path: '/api/v1/processors/:id/deactivate' },
  listInstances: { method: 'GET', path: '/api/v1/processors/:id/instances', reply: 'processor-instance-list' },
  setInstance: { method: 'PUT', path: '/api/v1/processors/:id/instances', body: 'processor-instance-body', reply: 'processor-instance' },
  listJobs: { method: 'GET', path: '/api/v1/jobs' },
  createJob: { method: 'POST', path: '/api/v1/jobs', body: 'create-job' },
  readJob: { method: 'GET', path: '/api/v1/jobs/:id' },
  cancelJob: { method: 'POST', path: '/api/v1/jobs/:id/cancel' },
  listDeadLetters: { method: 'GET', path: '/api/v1/dead-letters' },
  replayDeadLetter: { method: 'POST', path: '/api/v1/dead-letters/:id/replay' },
  dropDeadLetter: { method: 'DELETE', path: '/api/v1/dead-letters/:id' },
  describeWork: { method: 'GET', path: '/api/v1/worker', reply: 'worker-info' },
  takeJob: { method: 'POST', path: '/api/v1/worker/jobs/take', body: 'worker-take', reply: 'worker-run' },
  reportProgress: { method: 'POST', path: '/api/v1/worker/jobs/:id/progress', body: 'worker-progress', reply: 'worker-lease' },
  readRunBlob: { method: 'GET', path: '/api/v1/worker/jobs/:id/blobs/:blobId', reply: 'blob' },
  readAnswer: { method: 'GET', path: '/api/v1/worker/jobs/:id/answers/:key', reply: 'worker-answer' },
  keepAnswer: { method: 'PUT', path: '/api/v1/worker/jobs/:id/answers/:key', body: 'worker-answer' },
  expandForRun: { method: 'POST', path: '/api/v1/worker/jobs/:id/ai/generate/expand', body: 'generate-expand', reply: 'generated-expansion' },
  writeForRun: { method: 'POST', path: '/api/v1/worker/jobs/:id/ai/generate/write', body: 'generate-write', reply: 'generated-text' },
  sendFile: { method: 'PUT', path: '/api/v1/worker/jobs/:id/file', reply: 'worker-file' },
  completeJob: { method: 'POST', path: '/api/v1/worker/jobs/:id/complete', body: 'worker-completion', reply: 'worker-derived' },
  failJob: { method: 'POST', path: '/api/v1/worker/jobs/:id/fail', body: 'worker-failure' },
  giveJobBack: { method: 'POST', path: '/api/v1/worker/jobs/:id/give-back' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** The path of the socket that carries events: see socket-request and socket-event. */
export const EVENTS_PATH = '/api/v1/events';

type Named<R, K extends string> = R extends Record<K, infer N extends WireName> ? NonNullable<AllSchemas[N]> : unknown;

/** What a route takes. */
export type BodyOf<N extends RouteName> = Named<(typeof ROUTES)[N], 'body'>;

/** What a route answers. */
export type ReplyOf<N extends RouteName> = Named<(typeof ROUTES)[N], 'reply'>;
