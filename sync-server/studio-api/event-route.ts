import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import { EVENTS_PATH, ROUTES, type ReplyOf } from '#schemas/http.ts';
import { serveEventSocket } from '../events/event-socket.ts';
import { identityOf, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

/** The longest request a client sends is an access token. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** Teaches the server the upgrade to a WebSocket. */
export async function useWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES },
    // A frame that is too large or no frame at all is its sender's fault: it ends that socket and nothing else.
    errorHandler: (error, socket, request) => {
      request.log.info({ reason: error.message }, 'a socket was closed');
      socket.close();
    },
  });
}

/** GET /api/v1/events: the socket that carries a user's events; …/credentials: how they come from NATS instead. */
export function addEventRoutes(app: FastifyInstance, { accounts, hub, nats, now }: ApiContext): void {
  app.route({
    method: 'GET',
    url: EVENTS_PATH,
    schema: {
      summary: 'A WebSocket: what is sent is a socket-request, what comes is a socket-event',
      response: { 101: wire('socket-event') },
    },
    handler: async () => {
      throw new RectoError('malformed', 'This is a WebSocket: open it with an upgrade.');
    },
    wsHandler: (socket, request) => {
      serveEventSocket({
        socket,
        hub,
        authenticate: (token) => accounts.authenticate(token),
        now,
        onFailure: (error) => request.log.error({ err: error }, 'an event socket failed'),
      });
    },
  });

  app.get(
    ROUTES.readEventCredentials.path,
    { onRequest: requireIdentity(accounts), schema: { response: { 200: wire('event-credentials') } } },
    async (request): Promise<ReplyOf<'readEventCredentials'>> => {
      if (!nats) throw new RectoError('not_found', 'This server has no NATS: its events come by the socket alone.');
      if (nats.link.trouble() !== null) throw new RectoError('unavailable', 'The server can’t reach NATS right now: its events come by the socket.');
      return { ...(await nats.admitUser(identityOf(request).userId)), epoch: hub.epoch };
    },
  );
}
