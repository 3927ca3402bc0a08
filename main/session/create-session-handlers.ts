import type { Handlers } from '../ipc.ts';
import type { EventSockets } from './event-sockets.ts';
import type { Session } from './session.ts';

type SessionCalls = 'session.enter' | 'session.leave' | 'session.request-reset' | 'session.resume' | 'session.open-socket' | 'session.send' | 'session.close-socket';

/** What a window may do with the account's session. No answer holds a token. */
export function createSessionHandlers(session: Pick<Session, 'enter' | 'leave' | 'requestReset' | 'resume'>, sockets: EventSockets): Pick<Handlers, SessionCalls> {
  return {
    'session.enter': (input) => session.enter(input),
    'session.leave': async () => {
      await session.leave();
      return null;
    },
    'session.request-reset': async (input) => {
      await session.requestReset(input);
      return null;
    },
    'session.resume': async ({ account }) => {
      await session.resume(account);
      return null;
    },
    'session.open-socket': async (account, context) => ({ socketId: await sockets.open(account, context) }),
    'session.send': ({ socketId, text }, { window }) => {
      sockets.send(socketId, text, window);
      return null;
    },
    'session.close-socket': ({ socketId }, { window }) => {
      sockets.close(socketId, window);
      return null;
    },
  };
}
