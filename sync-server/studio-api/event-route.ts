import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { EVENTS_PATH } from '#schemas/http.ts';
import { serveEventSocket } from '../events/event-socket.ts';
import type { ApiContext } from './context.ts';

/** The longest request a client sends is an access token. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** GET /api/v1/events: the socket that carries a user's events. */
export async function addEventRoute(app: FastifyInstance, { accounts, hub, now }: ApiContext): Promise<void> {
  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE_BYTES } });
  app.get(EVENTS_PATH, { websocket: true, schema: { summary: 'A WebSocket: see the schemas socket-request and socket-event' } }, (socket, request) => {
    // A frame over the limit ends the socket; it is the client's fault and no reason to fail.
    socket.on('error', (error) => request.log.info({ reason: error.message }, 'a socket was closed'));
    serveEventSocket({
      socket,
      hub,
      authenticate: (token) => accounts.authenticate(token),
      now,
      onFailure: (error) => request.log.error({ err: error }, 'an event socket failed'),
    });
  });
}
