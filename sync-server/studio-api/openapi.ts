import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { EVENTS_PATH, ROUTES, type RouteName } from '#schemas/http.ts';
import { PROTOCOL_VERSION } from '#schemas/version.ts';
import { wire } from './wire-schemas.ts';

interface Operation {
  summary: string;
  /** Each parameter of the query, and what it takes. */
  query?: Readonly<Record<string, string>>;
  /** Where it isn't 200. */
  status?: 201 | 202 | 204;
  /** What is sent and what comes, where it is no JSON of a schema of its own. */
  sent?: Content;
  answered?: Content;
  /** May also answer 204, for this reason. */
  nothing?: string;
  /** Needs no token. */
  open?: true;
  /** Not a user's access token, but a worker's. */
  token?: 'service';
}

type Content = Readonly<Record<string, { schema: object }>>;

const BYTES: Content = { '*/*': { schema: { type: 'string', format: 'binary' } } };
const LIMIT = 'At most so many';
const RUN = { run_id: 'As the answer to take named it' };

/** What the routes' own schemas do not say. */
const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  register: { summary: 'Make an account, and open its first session; where registration is closed, with an invitation', status: 201, open: true },
  login: { summary: 'Open a session on a device', open: true },
  refresh: { summary: 'Swap a refresh token for new tokens; one that comes back after its successor was used ends its session', open: true },
  logout: { summary: 'End the session of a refresh token', status: 204, open: true },
  listDevices: { summary: 'The devices that hold a session' },
  revokeDevice: { summary: 'End a device’s session, its open sockets too', status: 204 },
  changePassword: { summary: 'Set a new password; ends the sessions of all other devices', status: 204 },
  requestPasswordReset: { summary: 'Have a link mailed that sets a new password; the answer is the same for an email that nobody has. 404 where the server sends no mail', status: 202, open: true },
  resetPassword: { summary: 'Set a new password by the token of a link; ends all sessions', open: true },
  deleteAccount: { summary: 'Delete the account and everything of it' },
  createBlob: { summary: 'Store a new blob', status: 201 },
  listBlobs: {
    summary: 'A page of blobs, in the order of their ids',
    query: { schema_id: 'Of this schema', parent_id: 'Derived from this blob', conversation_id: 'Of this conversation', tag: 'With this tag', after: 'The cursor that the page before gave as “next”', limit: LIMIT },
  },
  readBlob: { summary: 'One blob, with its derived_ids and processing_state' },
  replaceBlob: { summary: 'Replace what a blob holds; names the version that it replaces' },
  deleteBlob: { summary: 'Leave a tombstone', status: 204, query: { version: 'Only if this is the blob’s version' } },
  readHistory: { summary: 'Past versions of a blob, the newest first', query: { limit: LIMIT } },
  readBlobFile: { summary: 'The file that goes with a blob, such as a compiled manuscript: its bytes', answered: BYTES },
  readEventCredentials: { summary: 'What lets an app hear its user’s events from NATS, for some minutes; 404 where there is none' },
  readState: { summary: 'Counts, sizes, conversations and books' },
  pull: { summary: 'What a device lacks, in the order of the user’s sequence', query: { epoch: 'Of the checkpoint; left out at the first pull', seq: 'Of the checkpoint; left out at the first pull', horizon: 'Of the checkpoint, where it has one', limit: LIMIT } },
  push: { summary: 'Store what a device has; a verdict a row, in order' },
  readAiAccount: { summary: 'Your text provider for jobs in the cloud, without its key; 404 where you have none' },
  setAiAccount: { summary: 'Set your text provider for jobs in the cloud; its key is kept sealed and never comes back' },
  deleteAiAccount: { summary: 'Forget your text provider and its key', status: 204 },
  readUsage: { summary: 'What your jobs in the cloud took of text providers, by month, processor, provider and model' },
  readAiProvider: { summary: 'ai-service: who writes for you, and whether it is a model' },
  analyzeStyle: { summary: 'ai-service: the style of a text, computed with no model' },
  generateExpand: { summary: 'ai-service: a passage written out by your text provider, or the server’s' },
  generateWrite: { summary: 'ai-service: a text on an instruction, by your text provider or the server’s' },
  listSchemas: { summary: 'The schemas that blobs can name', query: { name: 'Of this name' } },
  registerSchema: { summary: 'Register a version of a schema (administrators): name, version, definition, examples; 200 where it is known already', status: 201, query: { id: 'Such as poem-v1, for a body that is the JSON Schema alone' } },
  readSchema: { summary: 'One schema, with its JSON Schema and examples: poem-v1 is the newest of its major, poem-v1.2.0 one version' },
  removeSchema: { summary: 'Remove a schema that nothing uses (administrators)', status: 204 },
  activateSchema: { summary: 'Let a schema take new blobs again (administrators)' },
  deactivateSchema: { summary: 'Let a schema take no new blobs (administrators)' },
  validate: {
    summary: 'Try data against a schema',
    sent: { 'application/json': { schema: { description: 'The data' } } },
    answered: {
      'application/json': {
        schema: {
          type: 'object', required: ['valid', 'errors'],
          properties: { valid: { type: 'boolean' }, errors: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } } } },
        },
      },
    },
  },
  listProcessors: { summary: 'The processors, each with your instance of it; runs: the server or a worker does its jobs' },
  registerProcessor: { summary: 'Register a processor, or register it anew (administrators): JSON, or the seed’s YAML as application/yaml', status: 201 },
  removeProcessor: { summary: 'Remove a processor of which no job waits or runs (administrators)', status: 204 },
  activateProcessor: { summary: 'Switch a processor on (administrators)' },
  deactivateProcessor: { summary: 'Switch a processor off (administrators)' },
  listInstances: { summary: 'Your configuration of a processor' },
  setInstance: { summary: 'Configure a processor for yourself: on or off, where it runs, its config' },
  readProcessor: { summary: 'One processor’s registration' },
  listJobs: { summary: 'Runs of processors, the newest first', query: { state: 'queued, running, done, superseded, cancelled or dead', processor_id: 'Of this processor', blob_id: 'On this blob', limit: LIMIT } },
  createJob: { summary: 'Run a processor on a blob now', status: 202 },
  readJob: { summary: 'One run of a processor' },
  cancelJob: { summary: 'Stop a job that waits or runs' },
  listDeadLetters: { summary: 'Jobs that failed for good', query: { limit: LIMIT } },
  replayDeadLetter: { summary: 'Try a failed job again', status: 202 },
  dropDeadLetter: { summary: 'Forget a failed job', status: 204 },
  describeWork: { summary: 'What a worker works for, and where it is woken', token: 'service' },
  takeJob: { summary: 'Take a job, or wait for one', nothing: 'None came', token: 'service' },
  reportProgress: { summary: 'Tell of progress, or only that the worker lives', query: RUN, token: 'service' },
  readRunBlob: { summary: 'The job’s blob, or one that it names or that is derived from it', query: RUN, token: 'service' },
  readAnswer: { summary: 'What a provider answered for this job before', query: RUN, token: 'service' },
  keepAnswer: { summary: 'Keep what a provider answered, until the job has ended', query: RUN, status: 204, token: 'service' },
  expandForRun: { summary: 'A passage of the job written out by its author’s text provider, or the server’s', query: RUN, token: 'service' },
  writeForRun: { summary: 'A text on an instruction, by the text provider of the job’s author, or the server’s', query: RUN, token: 'service' },
  sendFile: { summary: 'Send the file that goes with the result, as it is', query: { ...RUN, name: 'The file’s name' }, sent: BYTES, token: 'service' },
  completeJob: { summary: 'End a job with what was made', query: RUN, token: 'service' },
  failJob: { summary: 'End an attempt with its failure', query: RUN, status: 204, token: 'service' },
  giveJobBack: { summary: 'Leave a job to another worker', query: RUN, status: 204, token: 'service' },
};

/** Routes beside the API's. */
const MONITORS: Readonly<Record<string, string>> = {
  'GET /healthz': 'The server is there',
  'GET /readyz': 'The database answers; “trouble” says what else is wrong, such as NATS that is away',
};

const OPERATION_BY_ROUTE = new Map<string, Operation>(Object.entries(OPERATIONS).map(([name, operation]) => {
  const { method, path } = ROUTES[name as RouteName];
  return [`${method} ${path}`, operation] as const;
}));

/** Collects the routes that are added after it into an OpenAPI document: `app.swagger()`. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: { title: 'Recto Studio API', version: String(PROTOCOL_VERSION), license: { name: 'MIT' } },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, service: { type: 'http', scheme: 'bearer', description: 'A worker’s service token' } } },
      security: [{ bearer: [] }],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `def-${index}`) },
    transform: ({ schema, url, route }) => ({ url, schema: describeRoute(schema ?? {}, `${String(route.method)} ${url}`) }),
  });
}

type Described = FastifySchema & { summary?: string; description?: string; security?: readonly Record<string, readonly string[]>[]; hide?: boolean };

function describeRoute(schema: Described, route: string): Described {
  const operation = OPERATION_BY_ROUTE.get(route);
  if (!operation) return { ...schema, ...(MONITORS[route] && { summary: MONITORS[route] }), ...(route !== `GET ${EVENTS_PATH}` && { security: [] }) };
  const { summary, query, status = 200, sent, answered, nothing, open, token } = operation;
  const own = (schema.response ?? {}) as Record<string, unknown>;
  const success = status === 204 ? { type: 'null', description: 'Done' } : answered ? { description: summary, content: answered } : (Object.values(own)[0] ?? { type: 'object', description: summary });
  return {
    ...schema,
    summary,
    ...(query && { querystring: { type: 'object', properties: Object.fromEntries(Object.entries(query).map(([name, description]) => [name, { type: 'string', description }])) } }),
    ...(sent && { body: { content: sent } }),
    ...(open && { security: [] }),
    ...(token && { security: [{ [token]: [] }] }),
    response: { [status]: success, ...(nothing && { 204: { type: 'null', description: nothing } }), default: { description: 'Problem details (RFC 9457)', content: { 'application/problem+json': { schema: wire('problem') } } } },
  };
}
