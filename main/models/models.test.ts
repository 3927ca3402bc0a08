import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { RectoError } from '#schemas/errors.ts';
import type { IpcContext } from '../ipc.ts';
import { createAllowedOrigins } from '../security/allowed-origins.ts';
import type { MainSettings } from '../settings.ts';
import { createModelHandlers } from './model-handlers.ts';
import { createProviderAccess } from './provider-access.ts';

const context = {} as IpcContext;

/** @param answer what the author says when asked */
function createRig(answer: boolean, { change }: { change?: () => Promise<void> } = {}) {
  let settings: MainSettings = {};
  const questions: string[] = [];
  const fetched: { url: string; authorization: string | null }[] = [];
  const allowedOrigins = createAllowedOrigins({
    settings: {
      read: () => settings,
      async change(patch) {
        settings = { ...settings, ...patch };
        await change?.();
      },
    },
    async askAuthor({ message }) {
      questions.push(message);
      return answer;
    },
  });
  const providerKeys = { keyFor: async (baseUrl: string) => (new URL(baseUrl).origin === 'https://api.example.com' ? 'sk-1' : null) };
  const access = createProviderAccess({ allowedOrigins, providerKeys });
  const fetchHere: typeof fetch = async (input, init) => {
    const { url, headers } = new Request(input, init);
    fetched.push({ url, authorization: headers.get('authorization') });
    return url.startsWith('http://127.0.0.1') ? fetch(input, init) : Response.json({ data: [{ id: 'far-1' }] });
  };
  return { access, questions, fetched, handlers: createModelHandlers({ fetch: fetchHere, access }) };
}

describe('models', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedOpenAiServer();
  });
  afterAll(() => server.close());

  it('of a server on this computer are listed without a question', async () => {
    const { handlers, questions, fetched } = createRig(false);
    expect(await handlers['models.list']({ baseUrl: server.url }, context)).toEqual({ models: [MODEL] });
    expect(questions).toEqual([]);
    expect(fetched[0]?.authorization).toBeNull();
  });

  it('of a provider elsewhere are listed when the author said yes, once, with its key', async () => {
    const { handlers, questions, fetched } = createRig(true);
    for (let times = 0; times < 2; times++) expect(await handlers['models.list']({ baseUrl: 'https://api.example.com/v1' }, context)).toEqual({ models: ['far-1'] });
    await handlers['models.list']({ baseUrl: 'https://api.example.org/v1' }, context);
    expect(questions).toHaveLength(2);
    expect(fetched.map(({ authorization }) => authorization)).toEqual(['Bearer sk-1', 'Bearer sk-1', null]);
  });

  it('are asked of nobody whom the author refused', async () => {
    const { handlers, access, fetched } = createRig(false);
    await expect(handlers['models.list']({ baseUrl: 'https://api.example.com/v1' }, context)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('api.example.com') });
    await expect(access.open('https://api.example.com/v1')).rejects.toMatchObject({ code: 'forbidden' });
    expect(fetched).toEqual([]);
  });

  it('are asked at no address that is none, and the author is not bothered with it', async () => {
    const { handlers, questions } = createRig(true);
    for (const baseUrl of ['x', 'file:///etc/passwd', 'javascript:alert(1)', 'ftp://api.example.com', `${server.url}/x?y=`, `${server.url}#`, 'http://me:secret@127.0.0.1/v1']) {
      await expect(handlers['models.list']({ baseUrl }, context)).rejects.toMatchObject({ code: 'configuration' });
    }
    expect(questions).toEqual([]);
  });

  it('of a provider whose yes can’t be written down are listed all the same', async () => {
    const change = async () => {
      throw new RectoError('file_unwritable', 'The disk is read-only.');
    };
    const { handlers } = createRig(true, { change });
    expect(await handlers['models.list']({ baseUrl: 'https://api.example.com/v1' }, context)).toEqual({ models: ['far-1'] });
  });

  it('are looked for at the usual ports of this computer', async () => {
    const { handlers, fetched } = createRig(false);
    await handlers['models.find']({}, context);
    expect(fetched.length).toBeGreaterThan(0);
    expect(fetched.every(({ url }) => url.startsWith('http://127.0.0.1:'))).toBe(true);
  });
});
