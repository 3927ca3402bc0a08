import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import type { ApiContext } from './context.ts';

/** For whoever watches over the server. */
export function addHealthRoutes(app: FastifyInstance, { database, nats }: ApiContext): void {
  const rateLimit = false;
  app.get('/healthz', { config: { rateLimit } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { rateLimit } }, async () => {
    await database.query.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirstOrThrow();
    // Without NATS it is ready all the same: what is written is kept, and its events wait.
    const trouble = nats?.link.trouble() ?? null;
    return { status: 'ready', ...(trouble !== null && { trouble }) };
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** The web app at `/`. Files whose names hold their hash never change; the page that names them is asked for anew. */
export async function addWebApp(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new RectoError('unavailable', 'The web app is not built: run `npm run build`, then start the server again. The API works without it.');
    });
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
