import { encodeUser } from '@nats-io/jwt';
import { createUser } from '@nats-io/nkeys';
import { RectoError } from '#schemas/errors.ts';
import type { NatsAccess } from './nats-keys.ts';
import { isToken, userSubjects, workSubjects } from './subjects.ts';

/** What lets a client in, and lets it hear some subjects for some minutes. */
export interface NatsCredentials {
  /** The user's JWT, signed by the account's signing key. */
  jwt: string;
  /** The seed of the user's key, which answers nats-server's challenge. */
  seed: string;
  /** Seconds; then nats-server ends the connection. */
  expires_in: number;
}

/** Nothing revokes a JWT at once in nats-server's memory resolver: so it lives for minutes. */
const LIFETIME_SECONDS = 600;
const MAX_SUBSCRIPTIONS = 20;
const MAX_PAYLOAD_BYTES = 1024;

/**
 * Credentials that may subscribe to these subjects and do nothing else: publish nothing, answer nothing, no inbox, and
 * so no stream either, for JetStream's API is asked by publishing.
 * @param name for nats-server's log
 * @param now milliseconds since the epoch
 */
export async function createNatsCredentials(
  access: NatsAccess,
  { name, subscribe, now }: { name: string; subscribe: readonly string[]; now: number },
): Promise<NatsCredentials> {
  const user = createUser();
  const jwt = await encodeUser(
    name,
    user,
    access.signingKey,
    {
      issuer_account: access.account,
      sub: { allow: [...subscribe] },
      pub: { deny: ['>'] },
      subs: MAX_SUBSCRIPTIONS,
      payload: MAX_PAYLOAD_BYTES,
      allowed_connection_types: ['WEBSOCKET'],
    },
    { exp: Math.floor(now / 1000) + LIFETIME_SECONDS },
  );
  return { jwt, seed: Buffer.from(user.getSeed()).toString(), expires_in: LIFETIME_SECONDS };
}

/** For one user's app: hears what happens to that user's blobs. @throws RectoError internal for an id that is no token */
export function createUserCredentials(access: NatsAccess, userId: string, now: number): Promise<NatsCredentials> {
  return createNatsCredentials(access, { name: `user ${requireToken(userId)}`, subscribe: [userSubjects(userId)], now });
}

/** For a worker of one processor: hears that there is work, and which jobs were cancelled. */
export function createWorkerCredentials(access: NatsAccess, processorId: string, now: number): Promise<NatsCredentials> {
  const { work, cancelled } = workSubjects(requireToken(processorId));
  return createNatsCredentials(access, { name: `worker ${processorId}`, subscribe: [work, cancelled], now });
}

/** An id with a dot or a wildcard in it would name other subjects than its own. */
function requireToken(id: string): string {
  if (!isToken(id)) throw new RectoError('internal', `“${id}” can’t stand in a subject of NATS.`);
  return id;
}
