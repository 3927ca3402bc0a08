import { expect, test } from 'vitest';
import { keepBrowserStorage } from './keep-browser-storage.ts';

const storage = (answers: { persisted: boolean; persist: boolean; quota?: number; usage?: number }) => {
  const asked: string[] = [];
  return {
    asked,
    persisted: async () => answers.persisted,
    persist: async () => {
      asked.push('persist');
      return answers.persist;
    },
    estimate: async () => ({ quota: answers.quota ?? 1e12, usage: answers.usage ?? 0 }),
  };
};

test('a browser that keeps the words already is not asked again', async () => {
  const kept = storage({ persisted: true, persist: false });
  expect(await keepBrowserStorage(kept)).toEqual({ sentence: 'Your words are kept by this browser, on this computer, until you clear its data.', mayBeCleared: false });
  expect(kept.asked).toEqual([]);
});

test('a browser that agrees to keep them is believed', async () => {
  expect((await keepBrowserStorage(storage({ persisted: false, persist: true }))).mayBeCleared).toBe(false);
});

test.each([['that refuses', storage({ persisted: false, persist: false })], ['without such a thing', undefined]])('a browser %s is warned of, with what to do', async (_, refusing) => {
  const { sentence, mayBeCleared } = await keepBrowserStorage(refusing);
  expect(mayBeCleared).toBe(true);
  expect(sentence).toMatch(/may throw them away.*Sign in to sync, or export everything/);
});

test('little room is told of before there is none', async () => {
  expect((await keepBrowserStorage(storage({ persisted: true, persist: true, quota: 1_000_000_000, usage: 990_000_000 }))).sentence).toContain('little room');
});
