import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds, parseCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { RectoError } from '#schemas/errors.ts';

/** What nats-server trusts: an operator and the two accounts that it signed, as JWTs. */
export interface NatsTrust {
  operatorJwt: string;
  account: { id: string; jwt: string };
  systemAccount: { id: string; jwt: string };
}

/** What Recto's server needs of the keys: its own credentials, and the key that signs its users'. */
export interface NatsAccess {
  /** The account's public key. */
  account: string;
  signingKey: KeyPair;
  /** A .creds file: the server's user JWT and seed. */
  serverCredentials: Uint8Array;
}

const SERVER_CREDENTIALS = 'server.creds';
const SIGNING_SEED = 'signing.seed';

const NO_LIMITS = { subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1, data: -1, payload: -1, wildcards: true };
const JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/**
 * The keys in `<natsDir>/keys`, made where there are none: an operator, the account of Recto with a signing key, the
 * system account, and the credentials of Recto's own server. Readable by their owner alone.
 * The form is NATS's own (docs.nats.io, “Decentralized JWT Authentication”), so `nsc` and `nats` understand them.
 */
export async function ensureNatsKeys(natsDir: string): Promise<NatsTrust> {
  const dir = join(natsDir, 'keys');
  if (!existsSync(dir)) await makeKeys(natsDir, dir);
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8').trim();
  const publicKey = (name: string): string => fromSeed(Buffer.from(read(name))).getPublicKey();
  return {
    operatorJwt: read('operator.jwt'),
    account: { id: publicKey('account.seed'), jwt: read('account.jwt') },
    systemAccount: { id: publicKey('system-account.seed'), jwt: read('system-account.jwt') },
  };
}

/**
 * What Recto's server reads of the keys. On another machine than nats-server's, these two files of `keys` are enough:
 * `server.creds` and `signing.seed`.
 * @throws RectoError configuration where they aren't there, or aren't keys
 */
export async function readNatsAccess(natsDir: string): Promise<NatsAccess> {
  const dir = join(natsDir, 'keys');
  try {
    const serverCredentials = readFileSync(join(dir, SERVER_CREDENTIALS));
    const { aid } = await parseCreds(serverCredentials);
    return { account: aid, serverCredentials, signingKey: fromSeed(Buffer.from(readFileSync(join(dir, SIGNING_SEED), 'utf8').trim())) };
  } catch (error) {
    throw new RectoError(
      'configuration',
      `RECTO_NATS_DIR: ${dir} holds no keys of NATS that can be read (${(error as Error).message}). “npm run nats” makes them; or copy ${SERVER_CREDENTIALS} and ${SIGNING_SEED} from where it runs.`,
      { cause: error },
    );
  }
}

/** All at once: a start that was killed half-way leaves no half of the keys. */
async function makeKeys(natsDir: string, dir: string): Promise<void> {
  const draft = join(natsDir, `keys.${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(await drawKeys())) writeFileSync(join(draft, name), content, { mode: 0o600, flush: true });
  try {
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another start was quicker: its keys stand.
    if (!existsSync(dir)) throw error;
  }
}

async function drawKeys(): Promise<Record<string, string | Uint8Array>> {
  const [operator, account, signing, systemAccount, server] = [createOperator(), createAccount(), createAccount(), createAccount(), createUser()];
  const accountId = account.getPublicKey();
  const seed = (pair: KeyPair): string => `${Buffer.from(pair.getSeed()).toString()}\n`;
  return {
    'operator.seed': seed(operator),
    'operator.jwt': await encodeOperator('recto', operator, { system_account: systemAccount.getPublicKey() }),
    'account.seed': seed(account),
    'account.jwt': await encodeAccount('RECTO', account, { limits: { ...NO_LIMITS, ...JETSTREAM }, signing_keys: [signing.getPublicKey()] }, { signer: operator }),
    'system-account.seed': seed(systemAccount),
    'system-account.jwt': await encodeAccount('SYS', systemAccount, { limits: NO_LIMITS }, { signer: operator }),
    [SIGNING_SEED]: seed(signing),
    [SERVER_CREDENTIALS]: fmtCreds(await encodeUser('recto-server', server, signing, { issuer_account: accountId }), server),
  };
}
