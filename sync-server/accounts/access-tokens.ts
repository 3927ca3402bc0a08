import { errors, jwtVerify, SignJWT } from 'jose';
import { RectoError } from '#schemas/errors.ts';
import { readKeyFile } from './key-file.ts';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Who a request comes from. `expiresAt`: milliseconds since the epoch. */
export interface Identity {
  userId: string;
  deviceId: string;
  expiresAt: number;
}

export interface AccessTokens {
  issue(userId: string, deviceId: string): Promise<string>;
  /** @throws RectoError token_expired, unauthenticated */
  verify(token: string): Promise<Identity>;
}

const ALGORITHM = 'HS256';
const ISSUER = 'recto';
/** What the token is for, and where (RFC 9068): whatever else may be signed with this key some day opens no account. */
const TYPE = 'at+jwt';
const AUDIENCE = 'recto-studio-api';
const CACHED_TOKENS = 5000;

/** JWTs signed with HS256, and read with that algorithm alone. `now`: milliseconds since the epoch. */
export function createAccessTokens(secret: Uint8Array, now: () => number): AccessTokens {
  // A device sends the same token hundreds of times; its signature is checked once.
  const known = new Map<string, Identity>();
  return {
    issue: (userId, deviceId) => {
      const seconds = Math.floor(now() / 1000);
      return new SignJWT({ device: deviceId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
        .sign(secret);
    },
    verify: async (token) => {
      const cached = known.get(token);
      if (cached && cached.expiresAt > now()) return cached;
      known.delete(token);
      const identity = await readToken(token, secret, now());
      if (known.size >= CACHED_TOKENS) known.delete(known.keys().next().value ?? '');
      known.set(token, identity);
      return identity;
    },
  };
}

async function readToken(token: string, secret: Uint8Array, now: number): Promise<Identity> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'exp', 'device'],
      currentDate: new Date(now),
    });
    const { sub, exp, device } = payload;
    if (typeof sub !== 'string' || typeof exp !== 'number' || typeof device !== 'string') throw new TypeError('claims of the wrong type');
    return { userId: sub, deviceId: device, expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new RectoError('token_expired', 'The access token has expired: get a new one with the refresh token.');
    throw new RectoError('unauthenticated', 'The access token is not valid: sign in.', { cause: error });
  }
}

/**
 * The key that signs access tokens: made on the first start, readable by the server's user alone. Deleting the file
 * ends every access token (refresh tokens stay).
 */
export function readSigningKey(dataDir: string): Uint8Array {
  return readKeyFile(dataDir, 'signing.key', 'delete it and start again; everyone signs in anew.');
}
