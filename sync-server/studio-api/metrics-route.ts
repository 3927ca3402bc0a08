import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import type { ApiContext } from './context.ts';

/**
 * `/metrics` in the Prometheus text format. With RECTO_METRICS_TOKEN for whoever sends it as a bearer token; without, for this
 * machine alone, and not through a proxy, whose requests come from this machine too.
 */
export function addMetricsRoute(app: FastifyInstance, { metrics, database, hub, now, processors, workers }: ApiContext, token: string | undefined): void {
  metrics.watch('recto_sockets', 'Open event sockets.', [], () => [{ value: hub.size }]);
  metrics.watch('recto_outbox_events', 'Events whose effect is not recorded yet.', [], () =>
    database.query.selectFrom('outbox').select((sql) => sql.fn.countAll<number>().as('value')).execute());
  metrics.watch('recto_workers_waiting', 'Workers elsewhere that wait at the door for a job.', ['processor'], () =>
    processors.manifests.map(({ id }) => ({ labels: { processor: id }, value: Math.max(0, workers.runner.waiting(id)) })));
  metrics.watch('recto_jobs', 'Jobs that wait, run, or are dead letters.', ['processor', 'state'], async () => {
    const states = ['queued', 'running', 'dead'] as const;
    const { countAll } = database.query.fn;
    const rows = await database.query.selectFrom('jobs').select(['processor_id', 'state', countAll<number>().as('value')]).where('state', 'in', states).groupBy(['processor_id', 'state']).execute();
    return rows.map(({ processor_id, state, value }) => ({ labels: { processor: processor_id, state }, value }));
  });
  metrics.watch('recto_oldest_due_job_seconds', 'How long the job that is due longest has waited.', [], async () => {
    const { due } = await database.query.selectFrom('jobs').select((sql) => sql.fn.min<number | null>('not_before').as('due')).where('state', '=', 'queued').executeTakeFirstOrThrow();
    return [{ value: due === null ? 0 : Math.max(0, now() - due) / 1000 }];
  });

  app.get('/metrics', { config: { rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    if (!mayRead(request, token)) {
      throw new RectoError('forbidden', 'The metrics are read on the server’s own machine, or with the token that RECTO_METRICS_TOKEN sets.');
    }
    const { contentType, text } = await metrics.render();
    return reply.type(contentType).send(text);
  });
}

/** What proxies add. */
const FORWARDING = /^(forwarded|via|x-forwarded-.*|x-real-ip)$/;
/** As this machine calls itself: under another name, a page in its own browser may be asking (DNS rebinding), or a proxy that adds nothing. */
const LOCAL_NAME = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) {
    const isForwarded = Object.keys(request.headers).some((name) => FORWARDING.test(name));
    return LOOPBACK.has(request.ip) && !isForwarded && LOCAL_NAME.test(request.hostname);
  }
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  // Hashes: of one length, whatever was sent.
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'));
}
