import type { FastifyInstance } from 'fastify';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import { normalizeEmail } from '../accounts/accounts.ts';
import { createAttemptLimiter } from '../accounts/attempt-limiter.ts';
import { identityOf, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

const WINDOW_MS = 10 * 60 * 1000;
/** Wrong passwords for one email from one address, and attempts of any kind from one address, in a window. */
const MAX_PER_EMAIL = 10;
const MAX_PER_ADDRESS = 300;

/** Registers accounts, opens sessions, keeps them and ends them. */
export function addAuthRoutes(app: FastifyInstance, { accounts, now }: ApiContext): void {
  const perEmail = createAttemptLimiter({ max: MAX_PER_EMAIL, windowMs: WINDOW_MS, now });
  const perAddress = createAttemptLimiter({ max: MAX_PER_ADDRESS, windowMs: WINDOW_MS, now });
  const session = { response: { 200: wire('auth-session') } };

  app.post<{ Body: BodyOf<'register'> }>(ROUTES.register.path, { schema: { body: wire('credentials'), response: { 201: wire('auth-session') } } }, async (request, reply): Promise<ReplyOf<'login'>> => {
    perAddress.count(request.ip);
    const opened = await accounts.register(request.body);
    void reply.code(201);
    return opened;
  });
  app.post<{ Body: BodyOf<'login'> }>(ROUTES.login.path, { schema: { body: wire('credentials'), ...session } }, async (request): Promise<ReplyOf<'login'>> => {
    const key = `${request.ip} ${normalizeEmail(request.body.email)}`;
    perAddress.count(request.ip);
    perEmail.count(key);
    const opened = await accounts.login(request.body);
    perEmail.clear(key);
    return opened;
  });
  app.post<{ Body: BodyOf<'refresh'> }>(ROUTES.refresh.path, { schema: { body: wire('refresh-token'), ...session } }, (request): Promise<ReplyOf<'login'>> => accounts.refresh(request.body.refresh_token));
  app.post<{ Body: BodyOf<'logout'> }>(ROUTES.logout.path, { schema: { body: wire('refresh-token') } }, async (request, reply) => {
    await accounts.logout(request.body.refresh_token);
    return reply.code(204).send();
  });

  const onRequest = requireIdentity(accounts);
  app.get(ROUTES.listDevices.path, { onRequest, schema: { response: { 200: wire('device-list') } } }, async (request) => ({ devices: await accounts.listDevices(identityOf(request)) }));
  app.delete<{ Params: { id: string } }>(ROUTES.revokeDevice.path, { onRequest }, async (request, reply) => {
    await accounts.revokeDevice(identityOf(request).userId, request.params.id);
    return reply.code(204).send();
  });
}
