import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has a default for everything', () => {
  expect(readSettings({})).toMatchObject({
    host: '127.0.0.1', port: 8010, ai: { provider: 'built-in' }, openRegistration: true, workers: 'all', workerLeaseMs: 30_000, allowedOrigins: [],
  });
});

it('reads what is set, and takes an empty value as unset', () => {
  const env = {
    RECTO_HOST: '0.0.0.0', RECTO_PORT: '9000', RECTO_DATA_DIR: '/srv/recto', RECTO_DATABASE_URL: 'sqlite:/srv/other.db', RECTO_NATS_URL: '', RECTO_AI_PROVIDER: 'openai-compatible',
    RECTO_AI_BASE_URL: 'http://127.0.0.1:11434/v1', RECTO_AI_MODEL: 'm', RECTO_AI_KEY: 'k', RECTO_OPEN_REGISTRATION: 'false', RECTO_WORKERS: 'text-expansion, book-compiler',
    RECTO_ALLOWED_ORIGINS: 'https://write.example.org', RECTO_WORKER_LEASE: '90',
  };
  expect(readSettings(env)).toMatchObject({
    host: '0.0.0.0', port: 9000, dataDir: '/srv/recto', databaseFile: '/srv/other.db', openRegistration: false, workers: ['text-expansion', 'book-compiler'], workerLeaseMs: 90_000,
    ai: { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', model: 'm', apiKey: 'k' }, allowedOrigins: ['https://write.example.org'],
  });
});

it('finds NATS where it is said to be, and its keys in the data folder', () => {
  const env = { RECTO_DATA_DIR: '/srv/recto', RECTO_NATS_URL: 'ws://127.0.0.1:9222' };
  expect(readSettings(env).nats).toEqual({ url: 'ws://127.0.0.1:9222', publicUrl: 'ws://127.0.0.1:9222', dir: '/srv/recto/nats' });
  expect(readSettings({ ...env, RECTO_NATS_PUBLIC_URL: 'wss://nats.example.org', RECTO_NATS_DIR: '/etc/recto-nats' }).nats).toEqual({
    url: 'ws://127.0.0.1:9222', publicUrl: 'wss://nats.example.org', dir: '/etc/recto-nats',
  });
  expect(readSettings({}).nats).toBeUndefined();
});

it('sends mail where it is told how, from an address at its own name, and links to where people reach it', () => {
  const env = { RECTO_PUBLIC_URL: 'https://write.example.org/', RECTO_SMTP_URL: 'smtp://me:secret@mail.example.org' };
  expect(readSettings(env)).toMatchObject({ publicUrl: 'https://write.example.org', mail: { url: env.RECTO_SMTP_URL, from: 'Recto <recto@write.example.org>' } });
  expect(readSettings({ ...env, RECTO_MAIL_FROM: 'Ann <ann@example.org>' }).mail?.from).toBe('Ann <ann@example.org>');
  expect(readSettings({ RECTO_PORT: '9000' })).toMatchObject({ publicUrl: 'http://127.0.0.1:9000', mail: undefined });
  expect(() => readSettings({ RECTO_SMTP_URL: env.RECTO_SMTP_URL })).toThrow(/^RECTO_PUBLIC_URL/);
  expect(() => readSettings({ ...env, RECTO_SMTP_URL: 'http://me:secret@mail.example.org' })).toThrow(/^RECTO_SMTP_URL(?!.*secret)/);
});

it('tells who comes and goes where others reach it, and believes no proxy that is not named', () => {
  expect([{}, { RECTO_HOST: '0.0.0.0' }, { RECTO_PUBLIC_URL: 'https://write.example.org' }, { RECTO_HOST: '0.0.0.0', RECTO_SECURITY_LOG: 'false' }].map((env) => readSettings(env).securityLog)).toEqual([false, true, true, false]);
  expect(readSettings({}).trustedProxies).toEqual([]);
  expect(readSettings({ RECTO_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8, fd00::1' }).trustedProxies).toEqual(['loopback', '10.0.0.0/8', 'fd00::1']);
});

describe('a wrong value stops the start with one line that names it', () => {
  it.each([
    ['RECTO_PORT', 'eighty'], ['RECTO_PORT', '65536'], ['RECTO_PORT', '-1'], ['RECTO_OPEN_REGISTRATION', 'yes'], ['RECTO_DATABASE_URL', 'postgres://localhost/recto'],
    ['RECTO_NATS_URL', 'nats://localhost:4222'], ['RECTO_NATS_PUBLIC_URL', 'wss://nats.example.org'], ['RECTO_AI_PROVIDER', 'magic'], ['RECTO_AI_BASE_URL', 'localhost'], ['RECTO_ALLOWED_ORIGINS', 'example.org'], ['RECTO_ALLOWED_ORIGINS', 'javascript:1'], ['RECTO_ALLOWED_ORIGINS', 'https://example.org/write'],
    ['RECTO_AI_SERVICE_TOKEN', 't'], ['RECTO_PUBLIC_URL', 'write.example.org'], ['RECTO_PUBLIC_URL', 'https://example.org/#/join'], ['RECTO_SMTP_URL', 'mail.example.org'], ['RECTO_MAIL_FROM', 'a@example.org'], ['RECTO_TRUSTED_PROXIES', 'proxy.example.org'], ['RECTO_TRUSTED_PROXIES', '10.0.0.0/99'], ['RECTO_TRUSTED_PROXIES', '0.0.0.0/0'], ['RECTO_SECURITY_LOG', 'yes'], ['RECTO_WORKERS', ','], ['RECTO_RATE_LIMIT', '0'], ['RECTO_MAX_FILE_MB', 'much'],
  ])('%s=%s', (name, value) => {
    let message = '';
    try {
      readSettings({ [name]: value });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(name);
    expect(message.split('\n')).toHaveLength(1);
  });

  it('RECTO_AI_SERVICE_URL is an address; users’ providers are in the server’s network only where nobody else reaches it, or its operator says so', () => {
    expect(() => readSettings({ RECTO_AI_SERVICE_URL: 'ai' })).toThrow(/RECTO_AI_SERVICE_URL/);
    expect(readSettings({ RECTO_AI_SERVICE_URL: 'https://ai.example.org/api/v1/ai', RECTO_AI_SERVICE_TOKEN: 't' }).ai).toEqual({ provider: 'built-in', service: { url: 'https://ai.example.org/api/v1/ai', token: 't' } });
    expect([{}, { RECTO_HOST: '0.0.0.0' }, { RECTO_HOST: '0.0.0.0', RECTO_AI_ALLOW_PRIVATE: 'true' }, { RECTO_AI_ALLOW_PRIVATE: 'false' }].map((env) => readSettings(env).aiAllowPrivate)).toEqual([true, false, true, false]);
  });

  it('RECTO_AI_PROVIDER=anthropic without a model or a key; its address is known', () => {
    expect(() => readSettings({ RECTO_AI_PROVIDER: 'anthropic', RECTO_AI_KEY: 'k' })).toThrow(/RECTO_AI_MODEL/);
    expect(() => readSettings({ RECTO_AI_PROVIDER: 'anthropic', RECTO_AI_MODEL: 'm' })).toThrow(/RECTO_AI_KEY/);
    expect(readSettings({ RECTO_AI_PROVIDER: 'anthropic', RECTO_AI_MODEL: 'm', RECTO_AI_KEY: 'k' }).ai).toEqual({ provider: 'anthropic', model: 'm', apiKey: 'k' });
  });

  it('RECTO_AI_PROVIDER=openai-compatible without a model', () => {
    expect(() => readSettings({ RECTO_AI_PROVIDER: 'openai-compatible', RECTO_AI_BASE_URL: 'http://localhost/v1' })).toThrow(/RECTO_AI_MODEL/);
  });
});
