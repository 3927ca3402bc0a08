import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RectoError } from '#schemas/errors.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import type { MailSettings } from './mail/mailer.ts';

export interface ServerSettings {
  host: string;
  /** 0: any free port, for tests. */
  port: number;
  /** Holds the database, unless `databaseFile` says otherwise, and the key that signs access tokens. */
  dataDir: string;
  databaseFile: string;
  /** Undefined: the events' bus is in this process. */
  nats: NatsSettings | undefined;
  ai: AiSettings;
  /** Whether a user's own text provider may be in the server's network: its other services could be reached through it. */
  aiAllowPrivate: boolean;
  /** False: only who has an invitation can make an account. */
  openRegistration: boolean;
  /** The address in links that are handed out: where people reach the web app, with no slash at its end. */
  publicUrl: string;
  /** Undefined: this server sends no mail. */
  mail: MailSettings | undefined;
  /** The processors that the server runs itself. */
  workers: 'all' | 'none' | readonly string[];
  /** A worker elsewhere that is silent for so long counts as dead. */
  workerLeaseMs: number;
  /** Origins beside its own whose pages may use the API; `app://recto` always may. */
  allowedOrigins: readonly string[];
  /** The largest file of a derived blob that is kept, in bytes. */
  maxFileBytes: number;
  /** What a user may have, in bytes, where an administrator has set no other; undefined: no limit. */
  quotaBytes: number | undefined;
  /** Tells on stdout who came in and who was refused. */
  securityLog: boolean;
  /** Addresses of proxies whose X-Forwarded-For says who asks: an address, a network such as 10.0.0.0/8, or `loopback`. */
  trustedProxies: readonly string[];
  /** Requests that one address may send in a minute. */
  rateLimitPerMinute: number;
  /** Whoever names it may read /metrics; undefined: who asks from this machine itself. */
  metricsToken: string | undefined;
  /** The built web app. */
  webAppDir: string;
}

export interface NatsSettings {
  /** ws:// or wss:// */
  url: string;
  /** What apps and workers are told, who may reach it by another name. */
  publicUrl: string;
  /** Holds the keys. */
  dir: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const AI_PROVIDERS = ['built-in', 'openai-compatible', 'anthropic'] as const;

/**
 * The settings that the environment names, each with its default. An empty value counts as unset.
 * @throws RectoError configuration, one line that names the variable and what it takes
 */
export function readSettings(env: Environment): ServerSettings {
  const dataDir = readDataDir(env);
  return {
    host: read(env, 'RECTO_HOST') ?? '127.0.0.1',
    port: readInteger(env, 'RECTO_PORT', { min: 0, max: 65_535, fallback: 8010 }),
    dataDir,
    databaseFile: readDatabaseFile(env, dataDir),
    nats: readNats(env),
    ai: readAi(env),
    // Who can reach a server on loopback sits at its machine.
    aiAllowPrivate: readBoolean(env, 'RECTO_AI_ALLOW_PRIVATE', isLoopbackHost(read(env, 'RECTO_HOST') ?? '127.0.0.1')),
    openRegistration: readBoolean(env, 'RECTO_OPEN_REGISTRATION', true),
    publicUrl: readPublicUrl(env),
    mail: readMail(env),
    workers: readWorkers(env),
    workerLeaseMs: 1000 * readInteger(env, 'RECTO_WORKER_LEASE', { min: 3, max: 3600, fallback: 30 }),
    allowedOrigins: readOrigins(env),
    maxFileBytes: readInteger(env, 'RECTO_MAX_FILE_MB', { min: 1, max: 10_000, fallback: 100 }) * 1024 * 1024,
    quotaBytes: readQuota(env),
    // A server that others reach is watched over; at one's own machine lines in the terminal are noise.
    securityLog: readBoolean(env, 'RECTO_SECURITY_LOG', read(env, 'RECTO_PUBLIC_URL') !== undefined || !isLoopbackHost(read(env, 'RECTO_HOST') ?? '127.0.0.1')),
    trustedProxies: readProxies(env),
    rateLimitPerMinute: readInteger(env, 'RECTO_RATE_LIMIT', { min: 1, max: 100_000_000, fallback: 12_000 }),
    metricsToken: read(env, 'RECTO_METRICS_TOKEN'),
    webAppDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
  };
}

function readDataDir(env: Environment): string {
  return resolve(read(env, 'RECTO_DATA_DIR') ?? join(homedir(), '.recto', 'server'));
}

function readPublicUrl(env: Environment): string {
  const url = read(env, 'RECTO_PUBLIC_URL');
  if (url === undefined) return `http://127.0.0.1:${read(env, 'RECTO_PORT') ?? 8010}`;
  if (!isUrl(url, ['http:', 'https:']) || new URL(url).search + new URL(url).hash !== '') throw wrong('RECTO_PUBLIC_URL', `“${url}” is not an address such as https://write.example.org`);
  return url.replace(/\/+$/, '');
}

function readMail(env: Environment): MailSettings | undefined {
  const url = read(env, 'RECTO_SMTP_URL');
  const from = read(env, 'RECTO_MAIL_FROM');
  if (url === undefined) {
    if (from !== undefined) throw wrong('RECTO_MAIL_FROM', 'it says whom mail is from, but RECTO_SMTP_URL is not set');
    return undefined;
  }
  // Not quoted: it holds a password.
  if (!isUrl(url, ['smtp:', 'smtps:']) || new URL(url).hostname === '') throw wrong('RECTO_SMTP_URL', 'it is not an address such as smtp://user:password@mail.example.org:587');
  const publicUrl = read(env, 'RECTO_PUBLIC_URL');
  if (publicUrl === undefined) throw wrong('RECTO_PUBLIC_URL', 'mails need it for their links, since RECTO_SMTP_URL is set: give the address at which people reach this server');
  return { url, from: from ?? `Recto <recto@${new URL(readPublicUrl(env)).hostname}>` };
}

/** The folder of NATS's keys, config and store. */
export function readNatsDir(env: Environment): string {
  return resolve(read(env, 'RECTO_NATS_DIR') ?? join(readDataDir(env), 'nats'));
}

function readNats(env: Environment): NatsSettings | undefined {
  const url = readSocketUrl(env, 'RECTO_NATS_URL');
  const publicUrl = readSocketUrl(env, 'RECTO_NATS_PUBLIC_URL');
  if (url !== undefined) return { url, publicUrl: publicUrl ?? url, dir: readNatsDir(env) };
  if (publicUrl !== undefined) throw wrong('RECTO_NATS_PUBLIC_URL', 'it says where apps find NATS, but RECTO_NATS_URL is not set');
  return undefined;
}

function readSocketUrl(env: Environment, name: string): string | undefined {
  const url = read(env, name);
  if (url !== undefined && !isUrl(url, ['ws:', 'wss:'])) throw wrong(name, `“${url}” is not a ws or wss address, such as ws://127.0.0.1:9222`);
  return url;
}

/** A setting is wrong: one line that names it. */
export function wrong(name: string, reason: string): RectoError {
  return new RectoError('configuration', `${name}: ${reason}.`);
}

/** A variable's value; an empty one counts as unset. */
export function read(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** @throws RectoError configuration */
export function readInteger(env: Environment, name: string, range: { min: number; max: number; fallback: number }): number {
  const text = read(env, name);
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range.min || value > range.max) {
    throw wrong(name, `“${text}” is not a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

function readQuota(env: Environment): number | undefined {
  const megabytes = readInteger(env, 'RECTO_QUOTA_MB', { min: 1, max: 10_000_000, fallback: 0 });
  return megabytes === 0 ? undefined : megabytes * 1024 * 1024;
}

function readBoolean(env: Environment, name: string, fallback: boolean): boolean {
  const text = read(env, name);
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false') throw wrong(name, `“${text}” is neither true nor false`);
  return text === 'true';
}

function readDatabaseFile(env: Environment, dataDir: string): string {
  const url = read(env, 'RECTO_DATABASE_URL');
  if (url === undefined) return join(dataDir, 'recto.db');
  const path = /^(?:sqlite|file):(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path === undefined) throw wrong('RECTO_DATABASE_URL', 'this version stores in SQLite only: write sqlite:/path/to/recto.db, or leave it unset');
  return resolve(path);
}

/** @throws RectoError configuration */
export function readAi(env: Environment): AiSettings {
  const provider = AI_PROVIDERS.find((name) => name === (read(env, 'RECTO_AI_PROVIDER') ?? 'built-in'));
  if (!provider) throw wrong('RECTO_AI_PROVIDER', `“${read(env, 'RECTO_AI_PROVIDER')}” is none of ${AI_PROVIDERS.join(', ')}`);
  const url = read(env, 'RECTO_AI_SERVICE_URL');
  const token = read(env, 'RECTO_AI_SERVICE_TOKEN');
  if (url === undefined && token !== undefined) throw wrong('RECTO_AI_SERVICE_TOKEN', 'it is what RECTO_AI_SERVICE_URL is asked with, which is not set');
  if (url !== undefined) {
    if (!isUrl(url, ['http:', 'https:'])) throw wrong('RECTO_AI_SERVICE_URL', `“${url}” is not an http or https address`);
    return { provider, service: { url, token } };
  }
  const baseUrl = read(env, 'RECTO_AI_BASE_URL');
  const model = read(env, 'RECTO_AI_MODEL');
  const apiKey = read(env, 'RECTO_AI_KEY');
  if (baseUrl !== undefined && !isUrl(baseUrl, ['http:', 'https:'])) throw wrong('RECTO_AI_BASE_URL', `“${baseUrl}” is not an http or https address`);
  if (provider === 'openai-compatible' && (!baseUrl || !model)) {
    const missing = baseUrl ? 'RECTO_AI_MODEL' : 'RECTO_AI_BASE_URL';
    throw wrong(missing, 'the provider openai-compatible needs it');
  }
  if (provider === 'anthropic' && (!model || !apiKey)) throw wrong(model ? 'RECTO_AI_KEY' : 'RECTO_AI_MODEL', 'the provider anthropic needs it');
  return { provider, ...(baseUrl && { baseUrl }), ...(model && { model }), ...(apiKey && { apiKey }) };
}

/** As a host to listen at. */
function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function readWorkers(env: Environment): ServerSettings['workers'] {
  const text = read(env, 'RECTO_WORKERS') ?? 'all';
  if (text === 'all' || text === 'none') return text;
  const names = readList(text);
  if (names.length === 0) throw wrong('RECTO_WORKERS', `“${text}” names no processor: write all, none, or names`);
  return names;
}

function readOrigins(env: Environment): string[] {
  const origins = readList(read(env, 'RECTO_ALLOWED_ORIGINS') ?? '');
  const bad = origins.find((origin) => !isUrl(origin) || `${new URL(origin).protocol}//${new URL(origin).host}` !== origin);
  if (bad !== undefined) throw wrong('RECTO_ALLOWED_ORIGINS', `“${bad}” is not an origin such as https://write.example.org`);
  return origins;
}

function readProxies(env: Environment): string[] {
  const proxies = readList(read(env, 'RECTO_TRUSTED_PROXIES') ?? '');
  const isNetwork = (text: string): boolean => {
    const [address = '', bits, ...more] = text.split('/');
    return more.length === 0 && isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (isIP(address) === 4 ? 32 : 128)));
  };
  const bad = proxies.find((text) => text !== 'loopback' && !isNetwork(text));
  if (bad !== undefined) throw wrong('RECTO_TRUSTED_PROXIES', `“${bad}” is neither an address, nor a network such as 10.0.0.0/8, nor loopback`);
  return proxies;
}

function readList(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

export function isUrl(text: string, protocols?: readonly string[]): boolean {
  return URL.canParse(text) && (!protocols || protocols.includes(new URL(text).protocol));
}
