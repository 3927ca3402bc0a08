import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import { PROTOCOL_HEADER } from '#schemas/version.ts';

/** The desktop app's pages. */
const APP_ORIGIN = 'app://recto';

/**
 * Lets only the server's own pages, the desktop app and the origins of the setting use the API from a browser, on
 * HTTP and sockets alike; a program that sends no Origin is let through. Answers their preflights.
 */
export function guardOrigins(app: FastifyInstance, allowedOrigins: readonly string[]): void {
  const allowed = new Set([APP_ORIGIN, ...allowedOrigins]);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || isOwn(request, origin)) return;
    if (!request.url.startsWith('/api/')) return;
    if (!allowed.has(origin)) throw new RectoError('origin_refused', 'Pages of this origin may not use this server: add it to RECTO_ALLOWED_ORIGINS.');
    void reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin', 'access-control-expose-headers': `retry-after, ${PROTOCOL_HEADER}`, 'cross-origin-resource-policy': 'cross-origin' });
    if (request.method !== 'OPTIONS') return;
    await reply
      .headers({
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': `authorization, content-type, recto-connection, ${PROTOCOL_HEADER}`,
        'access-control-max-age': '7200',
      })
      .code(204)
      .send();
  });
}

function isOwn(request: FastifyRequest, origin: string): boolean {
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === request.headers.host;
}
