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
/** Links that are mailed to one email in an hour: an inbox can't be filled. */
const MAX_MAILS = 3;

/** Registers accounts, opens sessions, keeps them and ends them. */
export function addAuthRoutes(app: FastifyInstance, context: ApiContext): void {
  const { accounts, now } = context;
  const perEmail = createAttemptLimiter({ max: MAX_PER_EMAIL, windowMs: WINDOW_MS, now });
  const perAddress = createAttemptLimiter({ max: MAX_PER_ADDRESS, windowMs: WINDOW_MS, now });
  const session = { response: { 200: wire('auth-session') } };

  app.post<{ Body: BodyOf<'register'> }>(ROUTES.register.path, { schema: { body: wire('registration'), response: { 201: wire('auth-session') } } }, async (request, reply): Promise<ReplyOf<'login'>> => {
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
  app.get(ROUTES.listDevices.path, { onRequest, schema: { response: { 200: wire('device-list') } } }, async (request) => ({ devices: await accounts.devices.list(identityOf(request)) }));
  app.delete<{ Params: { id: string } }>(ROUTES.revokeDevice.path, { onRequest }, async (request, reply) => {
    await accounts.devices.end(identityOf(request).userId, request.params.id);
    return reply.code(204).send();
  });
  addPasswordRoutes(app, context, (address) => perAddress.count(address));
}

/** @param countAttempt of an address. @throws RectoError rate_limited */
function addPasswordRoutes(app: FastifyInstance, { accounts, resetByMail, now }: ApiContext, countAttempt: (address: string) => void): void {
  const perUser = createAttemptLimiter({ max: MAX_PER_EMAIL, windowMs: WINDOW_MS, now });
  const mails = createAttemptLimiter({ max: MAX_MAILS, windowMs: 60 * 60 * 1000, now });
  const onRequest = requireIdentity(accounts);

  app.post<{ Body: BodyOf<'changePassword'> }>(ROUTES.changePassword.path, { onRequest, schema: { body: wire('password-change') } }, async (request, reply) => {
    const identity = identityOf(request);
    perUser.count(identity.userId);
    await accounts.changePassword(identity, request.body);
    perUser.clear(identity.userId);
    return reply.code(204).send();
  });
  app.post<{ Body: BodyOf<'requestPasswordReset'> }>(ROUTES.requestPasswordReset.path, { schema: { body: wire('password-reset-request') } }, async (request, reply) => {
    countAttempt(request.ip);
    mails.count(normalizeEmail(request.body.email));
    await resetByMail.request(request.body.email);
    return reply.code(202).send();
  });
  app.post<{ Body: BodyOf<'resetPassword'> }>(ROUTES.resetPassword.path, { schema: { body: wire('password-reset'), response: { 200: wire('password-reset-done') } } }, (request): Promise<ReplyOf<'resetPassword'>> => {
    countAttempt(request.ip);
    return accounts.resetPassword(request.body);
  });
  app.post<{ Body: BodyOf<'deleteAccount'> }>(ROUTES.deleteAccount.path, { onRequest, schema: { body: wire('account-deletion'), response: { 200: wire('account-deleted') } } }, (request): Promise<ReplyOf<'deleteAccount'>> => {
    const identity = identityOf(request);
    perUser.count(identity.userId);
    return accounts.deleteAccount(identity, request.body.password);
  });
}
