import { ANTHROPIC_BASE_URL } from '#processors/ai-service/anthropic-base-url.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { RectoError } from '#schemas/errors.ts';
import type { AiAccount, AiAccountBody, UsageReport } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import { leadsToPrivate } from './private-addresses.ts';
import { openSealedText, sealText } from './sealed-text.ts';

/** The text provider that each user has on this server, and what it took. */
export interface AiAccounts {
  /** The server's own provider. */
  readonly fallback: AiSettings;
  /** Whether this user has a provider of their own here. */
  hasOwn(userId: string): boolean;
  /** @throws RectoError not_found */
  read(userId: string): Promise<AiAccount>;
  /** @throws RectoError schema_violation: no address, or one of the server's own network, or a key that is none, or a budget without a price */
  put(userId: string, body: AiAccountBody): Promise<AiAccount>;
  delete(userId: string): Promise<void>;
  /**
   * What this user's runs ask: their own provider with its key and what is left of the month, or else the server's.
   * @throws RectoError configuration: the key can't be opened
   */
  settingsOf(userId: string): Promise<AiSettings>;
  reportUsage(userId: string): Promise<UsageReport>;
}

export interface AiAccountsOptions {
  database: Database;
  /** 32 bytes: see `readKeyFile`. */
  key: Uint8Array;
  /** The server's own provider, for users without one. */
  fallback: AiSettings;
  /** Whether a user's provider may be in the server's own network. */
  allowPrivate: boolean;
  now(): number;
}

type StoredSettings = Omit<AiAccountBody, 'key' | 'base_url'> & { base_url: string };

export function createAiAccounts({ database, key, fallback, allowPrivate, now }: AiAccountsOptions): AiAccounts {
  const { query } = database;
  const rowOf = (userId: string) => query.selectFrom('ai_accounts').selectAll().where('user_id', '=', userId).executeTakeFirst();

  const spentInMonth = async (userId: string): Promise<number> => {
    const { spent } = await query
      .selectFrom('usage').select(({ fn }) => fn.sum<number | null>('cost').as('spent'))
      .where('user_id', '=', userId).where('used_at', '>=', startOfMonth(now())).executeTakeFirstOrThrow();
    return spent ?? 0;
  };

  const read = async (userId: string): Promise<AiAccount> => {
    const row = await rowOf(userId);
    if (!row) throw new RectoError('not_found', 'You have no text provider of your own on this server.');
    const { price = null, monthly_budget = null, ...settings } = JSON.parse(row.settings) as StoredSettings;
    return { ...settings, price, monthly_budget, has_key: row.sealed_key !== null, spent_this_month: await spentInMonth(userId), updated_at: row.updated_at };
  };

  const findOwn = database.sqlite.prepare<[string], number>('SELECT 1 FROM ai_accounts WHERE user_id = ?').pluck();
  return {
    fallback,
    hasOwn: (userId) => findOwn.get(userId) !== undefined,
    read,
    async put(userId, { key: given, ...body }) {
      if (typeof body.monthly_budget === 'number' && !body.price) throw budgetWithoutPrice();
      if (typeof given === 'string') checkKey(given);
      const settings: StoredSettings = { ...body, base_url: await checkAddress(body, allowPrivate) };
      const before = await rowOf(userId);
      // A key is for the origin that it was given for: under another address it would go to someone else.
      const stays = before && originOf((JSON.parse(before.settings) as StoredSettings).base_url) === originOf(settings.base_url);
      const kept = stays ? before.sealed_key : null;
      const sealed_key = typeof given === 'string' ? sealText(given, key, boundTo(userId, settings)) : given === null ? null : kept;
      const row = { settings: JSON.stringify(settings), sealed_key, updated_at: new Date(now()).toISOString() };
      await query.insertInto('ai_accounts').values({ user_id: userId, ...row }).onConflict((conflict) => conflict.column('user_id').doUpdateSet(row)).execute();
      return read(userId);
    },
    async delete(userId) {
      await query.deleteFrom('ai_accounts').where('user_id', '=', userId).execute();
    },
    async settingsOf(userId) {
      const row = await rowOf(userId);
      if (!row) return fallback;
      const settings = JSON.parse(row.settings) as StoredSettings;
      const { provider, base_url, model, context_tokens, temperature, price, monthly_budget } = settings;
      return {
        provider, model, baseUrl: base_url,
        ...(context_tokens !== undefined && { contextTokens: context_tokens }),
        ...(temperature !== undefined && { temperature }),
        ...(price && { price }),
        ...(typeof monthly_budget === 'number' && { budget: Math.max(0, monthly_budget - (await spentInMonth(userId))) }),
        ...(row.sealed_key !== null && { apiKey: openSealedText(row.sealed_key, key, boundTo(userId, settings)) }),
        ...(!allowPrivate && { onlyPublic: true }),
      };
    },
    reportUsage: (userId) => database.exclusive(() => ({ usage: sumUsage(database, userId) })),
  };
}

const boundTo = (userId: string, { base_url }: StoredSettings): string => `${userId}\n${originOf(base_url)}`;

/** Visible ASCII, as a header carries it: a line's end in it would begin a header of its own. */
function checkKey(key: string): void {
  if (/^[\u0021-\u007e]+$/.test(key)) return;
  const message = 'must be letters, digits and signs without spaces, as the provider gives it';
  throw new RectoError('schema_violation', `The key of the text provider ${message}.`, { errors: [{ path: '/key', message }] });
}

function originOf(url: string): string {
  return new URL(url).origin;
}

/** @returns the address, without what a provider's can't have */
async function checkAddress({ provider, base_url }: AiAccountBody, allowPrivate: boolean): Promise<string> {
  const url = base_url ?? (provider === 'anthropic' ? ANTHROPIC_BASE_URL : '');
  if (!URL.canParse(url)) throw wrongAddress('is no http or https address');
  const { protocol, username, password } = new URL(url);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '' || /[?#]/.test(url)) throw wrongAddress('must be an http or https address without a name, a query or a fragment');
  if (!allowPrivate && (await leadsToPrivate(url))) throw wrongAddress('leads into the server’s own network, which it opens to nobody’s text provider');
  return url;
}

function wrongAddress(message: string): RectoError {
  return new RectoError('schema_violation', `The address of the text provider ${message}.`, { errors: [{ path: '/base_url', message }] });
}

/** It would stop nothing, and whoever set it would rely on it. */
function budgetWithoutPrice(): RectoError {
  const message = 'needs the prices: without them nothing can be counted, and nothing would stop';
  return new RectoError('schema_violation', `The monthly budget ${message}.`, { errors: [{ path: '/monthly_budget', message }] });
}

function startOfMonth(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function sumUsage({ sqlite }: Database, userId: string): UsageReport['usage'] {
  return sqlite
    .prepare<[string], UsageReport['usage'][number]>(`
      SELECT strftime('%Y-%m', used_at / 1000, 'unixepoch') AS month, processor_id, provider, model, count(*) AS answers,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost) AS cost
      FROM usage WHERE user_id = ? GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4`)
    .all(userId);
}
