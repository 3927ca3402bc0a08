/** The author's text provider on their account's server. */
import { RectoError } from '#schemas/errors.ts';
import type { AiAccount, AiAccountBody } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import type { Account } from './account.ts';
import { createApiClient } from './http-client.ts';

export interface AiAccountApi {
  /** Null: the server's own provider writes. */
  read(): Promise<AiAccount | null>;
  set(body: AiAccountBody): Promise<AiAccount>;
  delete(): Promise<void>;
}

/** All of it throws RectoError network, unauthenticated, protocol, or the code of the server's problem. @throws RectoError unauthenticated */
export function openAiAccount({ connection, session }: Pick<Account, 'connection' | 'session'>): AiAccountApi {
  if (!connection || !session) throw new RectoError('unauthenticated', 'Sign in first: then your account’s server can have a text provider of yours.');
  const request = createApiClient(connection, session.server);
  return {
    async read() {
      try {
        return (await request({ method: 'GET', path: ROUTES.readAiAccount.path })) as AiAccount;
      } catch (thrown) {
        if (thrown instanceof RectoError && thrown.code === 'not_found') return null;
        throw thrown;
      }
    },
    set: async (body) => (await request({ method: 'PUT', path: ROUTES.setAiAccount.path, body: JSON.stringify(body) })) as AiAccount,
    delete: async () => void (await request({ method: 'DELETE', path: ROUTES.deleteAiAccount.path })),
  };
}
