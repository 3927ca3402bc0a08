import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { openSettings, type SettingsFile } from './settings.ts';
import { applySpelling, createSpellingHandlers, fetchNoDictionaries, type SpellingParts } from './spelling.ts';
import type { IpcContext } from './ipc.ts';

/** What Electron does with it: languages that are set turn it on, none turn it off. */
function createSession() {
  let [languages, words] = [['en-US'], new Set<string>()] as [string[], Set<string>];
  const session: SpellingParts['session'] = {
    availableSpellCheckerLanguages: ['de', 'en-GB', 'en-US'],
    getSpellCheckerLanguages: () => languages,
    setSpellCheckerLanguages: (next) => void (languages = next),
    isSpellCheckerEnabled: () => languages.length > 0,
    addWordToSpellCheckerDictionary: (word) => words.size < words.add(word).size,
    removeWordFromSpellCheckerDictionary: (word) => words.delete(word),
    listWordsInSpellCheckerDictionary: async () => [...words],
  };
  return session;
}

const system = 'Linux';

let settings: SettingsFile;
let file: string;
const context = {} as IpcContext;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'recto-spelling-')), 'settings.json');
  settings = openSettings(file);
});

test('languages are set, and are there after a restart', async () => {
  await createSpellingHandlers({ session: createSession(), settings, system })['spelling.set-languages']({ languages: ['de', 'en-GB'] }, context);
  const session = createSession();
  applySpelling({ session, settings: openSettings(file), system });
  expect(await createSpellingHandlers({ session, settings, system })['spelling.read']({}, context)).toMatchObject({ languages: ['de', 'en-GB'], available: ['de', 'en-GB', 'en-US'] });
});

test('none means that no spelling is checked, after a restart as well', async () => {
  const session = createSession();
  await createSpellingHandlers({ session, settings, system })['spelling.set-languages']({ languages: [] }, context);
  expect(session.isSpellCheckerEnabled()).toBe(false);
  const next = createSession();
  applySpelling({ session: next, settings: openSettings(file), system });
  expect(await createSpellingHandlers({ session: next, settings, system })['spelling.read']({}, context)).toMatchObject({ languages: [] });
});

test('where nothing was chosen no language is set, before a session can fetch its dictionary', () => {
  const app = new EventEmitter();
  fetchNoDictionaries(app as unknown as App);
  const session = createSession();
  app.emit('session-created', session);
  applySpelling({ session, settings, system });
  expect([session.isSpellCheckerEnabled(), session.getSpellCheckerLanguages()]).toEqual([false, []]);
});

test('a Mac checks by itself: there is nothing to choose', async () => {
  const handlers = createSpellingHandlers({ session: createSession(), settings, system: 'macOS' });
  expect(await handlers['spelling.read']({}, context)).toMatchObject({ languages: [], available: [] });
  await expect(handlers['spelling.set-languages']({ languages: ['de'] }, context)).rejects.toMatchObject({ code: 'malformed' });
});

test('a language with no dictionary is refused and changes nothing; one that is gone is left out', async () => {
  const session = createSession();
  await expect(createSpellingHandlers({ session, settings, system })['spelling.set-languages']({ languages: ['de', 'tlh'] }, context)).rejects.toMatchObject({ code: 'malformed' });
  expect(session.getSpellCheckerLanguages()).toEqual(['en-US']);
  await settings.change({ spellingLanguages: ['tlh', 'de'] });
  applySpelling({ session, settings, system });
  expect(session.getSpellCheckerLanguages()).toEqual(['de']);
});

test('the personal dictionary takes single words, lists them in order and lets them go', async () => {
  const handlers = createSpellingHandlers({ session: createSession(), settings, system });
  for (const word of ['Zephyrine', ' Aelfric ', 'Óðinn']) await handlers['spelling.add-word']({ word }, context);
  expect(await handlers['spelling.read']({}, context)).toMatchObject({ words: ['Aelfric', 'Óðinn', 'Zephyrine'] });
  await handlers['spelling.remove-word']({ word: 'Aelfric' }, context);
  expect(await handlers['spelling.read']({}, context)).toMatchObject({ words: ['Óðinn', 'Zephyrine'] });
  for (const word of ['  ', 'two words', 'Zephyrine']) expect(() => handlers['spelling.add-word']({ word }, context)).toThrow(expect.objectContaining({ code: 'malformed' }));
  expect(() => handlers['spelling.remove-word']({ word: 'Aelfric' }, context)).toThrow(expect.objectContaining({ code: 'not_found' }));
});
