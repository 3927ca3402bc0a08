import { join } from 'node:path';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import type { Processor } from '#processors/contract/processor.ts';
import type { Clock, Orchestrator } from '#processors/orchestrator/ports.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { RectoError } from '#schemas/errors.ts';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import { createAccessTokens, readSigningKey } from './accounts/access-tokens.ts';
import { createAccounts } from './accounts/accounts.ts';
import { readKeyFile } from './accounts/key-file.ts';
import { createResetByMail, type ResetByMail } from './accounts/reset-by-mail.ts';
import { createAiAccounts } from './ai-accounts/ai-accounts.ts';
import { openServerDatabase, type Database } from './db/database.ts';
import { createInProcessBus } from './events/in-process-bus.ts';
import { createNatsBus } from './events/nats/nats-bus.ts';
import { readNatsAccess } from './events/nats/nats-keys.ts';
import { createNatsService, type NatsService } from './events/nats/nats-service.ts';
import { createRelay, type Relay } from './events/relay.ts';
import { createSocketHub } from './events/socket-hub.ts';
import { createUserEvents, type UserEvents } from './events/user-events.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { createMetrics } from './metrics.ts';
import { createProcessorService } from './processor-service/processor-service.ts';
import { createQueueRoom } from './processor-service/queue-room.ts';
import { createRegistries } from './processor-service/registries.ts';
import { createServiceTokens } from './processor-service/service-tokens.ts';
import type { ServerSettings } from './settings.ts';
import { createAttachments } from './state-service/attachments.ts';
import { createBlobReader } from './state-service/blob-reader.ts';
import { createBlobStore } from './state-service/blob-store.ts';
import { deleteUser, finishDeletions } from './state-service/delete-user.ts';
import { startThinning } from './state-service/thin-versions.ts';
import { startTombstonePurge } from './state-service/purge-tombstones.ts';
import { addAiRoutes } from './studio-api/ai-routes.ts';
import { addAuthRoutes } from './studio-api/auth-routes.ts';
import { addBlobRoutes } from './studio-api/blob-routes.ts';
import type { ApiContext } from './studio-api/context.ts';
import { addEventRoutes, useWebSockets } from './studio-api/event-route.ts';
import { addFileRoutes } from './studio-api/file-routes.ts';
import { addJobRoutes } from './studio-api/job-routes.ts';
import { describeRoutes } from './studio-api/openapi.ts';
import { readJsonBodies } from './studio-api/json-bodies.ts';
import { guardOrigins } from './studio-api/origins.ts';
import { refuseConnection, sendProblem, toRectoError } from './studio-api/problems.ts';
import { addHealthRoutes, addWebApp } from './studio-api/server-routes.ts';
import { addProcessorRoutes } from './studio-api/processor-routes.ts';
import { addSecurityLog } from './studio-api/security-log.ts';
import { addSchemaRoutes } from './studio-api/schema-routes.ts';
import { addMetricsRoute } from './studio-api/metrics-route.ts';
import { addSyncRoutes } from './studio-api/sync-routes.ts';
import { useWireSchemas } from './studio-api/wire-schemas.ts';
import { systemClock } from './system-clock.ts';
import { addWorkerRoutes } from './studio-api/worker-routes.ts';

export interface RunningServer {
  url: string;
  /** Gives running jobs a moment and then back, ends the requests under way, and closes the file. */
  close(): Promise<void>;
}

/** What is given in place of what ships: by tests, which are exact about time and bring processors that fail. */
export interface ServerParts {
  processors?: readonly Processor[];
  /** The script of the processes that run them. */
  processScript?: URL;
  clock?: Clock;
  /** Between the bus and the orchestrator: repeats, delays and reorders what is delivered. */
  deliver?(handle: Orchestrator['handleEvent']): Orchestrator['handleEvent'];
}

/** Connections that wait to be taken up. Node's 511 are fewer than may come at once, and the system resets some of what is over. */
const BACKLOG = 4096;

/**
 * The whole cloud in one program: the API, the events, the processors, on one SQLite file.
 * @throws RectoError configuration, storage_failed, storage_newer, storage_locked, storage_damaged; an Error with EADDRINUSE where the port is taken
 */
export async function startServer(settings: ServerSettings, parts: ServerParts = {}): Promise<RunningServer> {
  const database = openServerDatabase(settings);
  try {
    const services = createServices(settings, database, await createNats(settings), parts);
    const app = await createApi(settings, services);
    await finishDeletions(services);
    await services.attachments.sweep();
    const url = await app.listen({ host: settings.host, port: settings.port, backlog: BACKLOG });
    await services.relay.start();
    services.processors.start();
    const stopThinning = startThinning({ database, clock: parts.clock ?? systemClock, onFailure: (error) => console.error('Past versions could not be thinned out; it is tried again:', error) });
    const stopPurge = startTombstonePurge({ database, clock: parts.clock ?? systemClock, onFailure: (error) => console.error('What was deleted long ago could not be removed; it is tried again tomorrow:', error) });
    return { url, close: () => Promise.all([stopPurge(), stopThinning()]).then(() => stop(app, services)) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Services = ApiContext & { relay: Relay; userEvents: UserEvents; mailer: Mailer | undefined; resetByMail: ResetByMail };

async function createNats({ nats }: ServerSettings): Promise<NatsService | undefined> {
  if (!nats) return undefined;
  return createNatsService({
    settings: nats,
    access: await readNatsAccess(nats.dir),
    now: () => Date.now(),
    onTrouble: (trouble) => console.error(trouble ?? `NATS at ${nats.url} is in use again.`),
  });
}

function createServices(settings: ServerSettings, database: Database, nats: NatsService | undefined, parts: ServerParts): Services {
  const { clock = systemClock } = parts;
  const now = (): number => clock.now();
  const metrics = createMetrics();
  const hub = createSocketHub(database.epoch, nats?.tellUser);
  const attachments = createAttachments({ database, folder: join(settings.dataDir, 'attachments'), limit: settings.maxFileBytes });
  let relay: Relay | undefined;
  let userEvents: UserEvents | undefined;
  const store = createBlobStore({
    database,
    quotaBytes: settings.quotaBytes,
    now,
    onCommit: (commit) => {
      hub.publishCommit(commit);
      userEvents?.push(commit.events);
      relay?.push(commit.events);
      if (commit.droppedFiles.length > 0) attachments.discard(commit.droppedFiles).catch((error: unknown) => console.error('Files that nothing names any more are removed at the next start:', error));
    },
  });
  const registries = createRegistries({ database, shipped: (parts.processors ?? PROCESSORS).map(({ manifest }) => manifest), now });
  const aiAccounts = createAiAccounts({
    database, key: readKeyFile(settings.dataDir, 'ai.key', 'delete it and start again; users give the keys of their text providers anew.'),
    fallback: settings.ai, allowPrivate: settings.aiAllowPrivate, now,
  });
  const processors = createProcessorService({
    database, store, attachments, hub, nats, metrics, tokens: createServiceTokens(database, now), registries, workers: settings.workers, workerLeaseMs: settings.workerLeaseMs, ai: ({ blob }) => aiAccounts.settingsOf(blob.user_id), clock, processScript: parts.processScript,
    onFailure: (error) => console.error('The state of a job could not be stored and is tried again:', error),
  });
  userEvents = createUserEvents({ hub, store, onFailure: (error) => console.error('An event could not be told to a user’s devices:', error) });
  relay = connectRelay({ database, processors, registries, nats }, parts);
  const accounts = createAccounts({
    database,
    accessTokens: createAccessTokens(readSigningKey(settings.dataDir), now),
    openRegistration: settings.openRegistration,
    publicUrl: settings.publicUrl,
    now,
    onDeviceRevoked: (deviceId) => hub.endDevice(deviceId),
    deleteUser: (userId) => deleteUser({ database, attachments, store }, userId),
  });
  const mailer = settings.mail && createMailer(settings.mail);
  const resetByMail = createResetByMail({
    database, mailer, publicUrl: settings.publicUrl, now,
    // Its message may quote the address.
    onFailure: (error) => console.error(`A mail could not be sent: ${(error as { code?: string }).code ?? 'no reason was given'}. See RECTO_SMTP_URL.`),
  });
  const isAwaited = (user_id: string, schema_id: string, version: number): boolean =>
    processors.takesUp({ type: version === 1 ? 'blob.created' : 'blob.updated', blob_id: '', user_id, schema_id, processor_id: '', version });
  const reader = createBlobReader({ database, isAwaited });
  return { accounts, mailer, resetByMail, aiAccounts, attachments, database, store, reader, hub, nats, processors, workers: processors.workers, schemas: registries.schemas, registries, metrics, now, relay, userEvents };
}

/** From the outbox to the processors: by NATS where there is one, else in this process. */
function connectRelay({ database, processors, registries, nats }: Pick<Services, 'database' | 'processors' | 'registries' | 'nats'>, { deliver = (handle) => handle }: ServerParts): Relay {
  const onFailure = (error: unknown): void => console.error('An event had no effect yet and is delivered again:', error);
  return createRelay({
    database,
    onFailure,
    createBus: (onRecorded) => {
      const options = {
        processors: processors.running,
        handle: deliver(processors.orchestrator.handleEvent),
        onRecorded,
        onFailure,
      };
      const bus = nats ? createNatsBus({ ...options, link: nats.link, epoch: database.epoch, room: createQueueRoom(database) }) : createInProcessBus(options);
      registries.registry.subscribe(bus.refresh);
      return bus;
    },
  });
}

async function createApi(settings: ServerSettings, services: Services): Promise<FastifyInstance> {
  const app = fastify({
    // The address alone: a query or a header may hold what is nobody's business.
    logger: { level: 'warn', serializers: { req: (request) => ({ method: request.method, path: request.url.split('?')[0] }) } },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    bodyLimit: 256 * 1024,
    // Only a proxy that the operator named is believed about whom it speaks for; anyone else could write the header themselves.
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    frameworkErrors: (error, _request, reply) => sendProblem(reply, toRectoError(error)),
    clientErrorHandler: refuseConnection,
  });
  readJsonBodies(app);
  app.decorateRequest('identity', null);
  app.decorateRequest('refusal', null);
  if (settings.securityLog) addSecurityLog(app, { write: console.log, now: services.now });
  app.setErrorHandler((thrown, request, reply) => {
    const error = toRectoError(thrown);
    services.metrics.countRefusal('api', error.code);
    request.refusal = error.code;
    if (!(thrown instanceof RectoError) && error.status >= 500) request.log.error({ err: thrown }, 'a request failed');
    sendProblem(reply, error);
  });
  useWireSchemas(app);
  await describeRoutes(app);
  // Before the guard: the connection of an upgrade that the guard refuses must be ended.
  await useWebSockets(app);
  await guard(app, settings);
  for (const addRoutes of [addAuthRoutes, addBlobRoutes, addFileRoutes, addSyncRoutes, addSchemaRoutes, addProcessorRoutes, addJobRoutes, addAiRoutes, addEventRoutes, addHealthRoutes, addWorkerRoutes]) addRoutes(app, services);
  addMetricsRoute(app, services, settings.metricsToken);
  await addWebApp(app, settings.webAppDir);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new RectoError('not_found', 'There is nothing at this address.')));
  return app;
}

/** A watcher asks often, from one address. */
const UNLIMITED: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** What every request passes: headers of the app's policy, origins, rates, the protocol's version. */
async function guard(app: FastifyInstance, settings: ServerSettings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // WebAssembly: what sets a PDF’s pages. It compiles no JavaScript.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        // The author chooses a sync server and a model server, which may be anywhere; NATS is where the operator says.
        connectSrc: ["'self'", 'https:', 'wss:', 'http://127.0.0.1:*', 'http://localhost:*', 'ws://127.0.0.1:*', 'ws://localhost:*', ...(settings.nats ? [new URL(settings.nats.publicUrl).origin] : [])],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The server itself speaks plain HTTP; a proxy with TLS sets this for its own name.
    strictTransportSecurity: false,
  });
  // What is an account's is kept by nobody on the way, nor by a browser after its session.
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  guardOrigins(app, settings.allowedOrigins);
  await app.register(rateLimit, {
    global: false,
    max: settings.rateLimitPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { ttl }) => new RectoError('rate_limited', 'Too many requests from this address: wait a little, then try again.', { retryAfterMs: ttl }),
  });
  // A hook of all requests, not of each route: it comes before the token is looked at, and counts what is not found.
  const countRequest = app.rateLimit();
  app.addHook('onRequest', async function (request, reply) {
    // Its sender's address went with the connection. Nothing was promised: an app sends it again.
    if (request.raw.socket.remoteAddress === undefined) throw new RectoError('cancelled', 'Whoever asked has hung up.');
    if (!UNLIMITED.has(request.url)) await countRequest.call(this, request, reply);
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header(PROTOCOL_HEADER, String(PROTOCOL_VERSION));
    const version = request.headers[PROTOCOL_HEADER];
    if (version === undefined) return;
    if (!/^\d{1,9}$/.test(String(version))) throw new RectoError('malformed', `The header ${PROTOCOL_HEADER} takes a whole number.`);
    if (Number(version) < OLDEST_PROTOCOL_VERSION) {
      throw new RectoError('upgrade_required', 'This version of Recto is too old for the server. Your words are safe on this device: update the app to sync them.');
    }
  });
}

/** For the requests under way, and for clients to end their sockets. */
const STOP_GRACE_MS = 3000;

async function stop(app: FastifyInstance, { hub, nats, relay, userEvents, processors, registries, resetByMail, mailer, database }: Services): Promise<void> {
  // Before the door is closed: workers elsewhere bring what they have, and apps hear of it.
  processors.workers.runner.hangUp();
  await processors.stop();
  hub.closeAll();
  const force = setTimeout(() => {
    for (const client of app.websocketServer.clients) client.terminate();
    app.server.closeAllConnections();
  }, STOP_GRACE_MS);
  await app.close();
  clearTimeout(force);
  await relay.stop();
  await userEvents.idle();
  await resetByMail.idle();
  mailer?.close();
  await nats?.link.stop();
  await registries.close();
  await database.close();
}
