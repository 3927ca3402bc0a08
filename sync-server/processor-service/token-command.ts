import { MANIFESTS } from '#processors/registry.ts';
import { RectoError } from '#schemas/errors.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { createServiceTokens } from './service-tokens.ts';

/**
 * `token add <processor>`: the token is alone on stdout, what there is to say on stderr. `token list`: a line a token.
 * `token revoke <id>`. They work beside a running server.
 * @throws RectoError configuration (the usage), processor_unknown, not_found
 */
export async function tokenCommand(databaseFile: string, [verb, name, ...more]: readonly string[], usage: string): Promise<void> {
  const isWhole = verb === 'list' ? name === undefined : (verb === 'add' || verb === 'revoke') && name !== undefined && more.length === 0;
  if (!isWhole) throw new RectoError('configuration', usage);
  const database = openDatabase(databaseFile, { upgrades: false });
  try {
    if (verb === 'add') await addToken(database, name!);
    else if (verb === 'list') await listTokens(database);
    else await revokeToken(database, name!);
  } finally {
    await database.close();
  }
}

async function addToken(database: Database, processorId: string): Promise<void> {
  const rows = await database.query.selectFrom('processors').select('id').execute();
  const ids = [...new Set([...MANIFESTS, ...rows].map(({ id }) => id))];
  if (!ids.includes(processorId)) {
    throw new RectoError('processor_unknown', `There is no processor “${processorId}”, but ${ids.join(', ')}. Register it first: POST /api/v1/processors.`);
  }
  const { id, token } = await createServiceTokens(database, Date.now).add(processorId);
  console.error(`A token for workers of ${processorId}; it is shown this once. To end it: token revoke ${id}`);
  console.log(token);
}

async function listTokens(database: Database): Promise<void> {
  for (const token of await createServiceTokens(database, Date.now).list()) {
    const use = token.last_used_at === null ? 'never used' : `last used ${token.last_used_at}`;
    console.log([token.id, token.processor_id, `made ${token.created_at}`, token.revoked_at === null ? use : `revoked ${token.revoked_at}`].join('\t'));
  }
}

async function revokeToken(database: Database, id: string): Promise<void> {
  await createServiceTokens(database, Date.now).revoke(id);
  console.error(`${id} was revoked: workers that use it are refused from now on.`);
}
