/** Spelling: in which languages, and the author's own words. The dictionary of those words is Chromium's, beside the library. */
import type { App, Session } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import type { Handlers } from './ipc.ts';
import type { System } from './menu-keys.ts';
import type { SettingsFile } from './settings.ts';

export interface SpellingParts {
  session: Pick<
    Session,
    | 'availableSpellCheckerLanguages'
    | 'getSpellCheckerLanguages'
    | 'setSpellCheckerLanguages'
    | 'isSpellCheckerEnabled'
    | 'addWordToSpellCheckerDictionary'
    | 'removeWordFromSpellCheckerDictionary'
    | 'listWordsInSpellCheckerDictionary'
  >;
  settings: SettingsFile;
  system: System;
}

export type SpellingCalls = 'spelling.read' | 'spelling.set-languages' | 'spelling.add-word' | 'spelling.remove-word';

/**
 * Before the app is ready. At each start Electron gives a session that has no language the system's, on Linux and Windows,
 * and fetches its dictionary from Google. It hears in time that there is none: nothing is fetched that the author did not choose.
 */
export function fetchNoDictionaries(app: Pick<App, 'on'>): void {
  app.on('session-created', (session) => session.setSpellCheckerLanguages([]));
}

/** Sets what the author chose the last time; one that is no longer there is left out. */
export function applySpelling(parts: SpellingParts): void {
  const chosen = parts.settings.read().spellingLanguages;
  if (!chosen) return;
  const available = listAvailable(parts);
  parts.session.setSpellCheckerLanguages(chosen.filter((language) => available.includes(language)));
}

export function createSpellingHandlers(parts: SpellingParts): Pick<Handlers, SpellingCalls> {
  const { session, settings } = parts;
  return {
    async 'spelling.read'() {
      const words = await session.listWordsInSpellCheckerDictionary();
      const available = listAvailable(parts);
      const languages = session.isSpellCheckerEnabled() ? session.getSpellCheckerLanguages().filter((language) => available.includes(language)) : [];
      return { languages, available, words: words.toSorted((a, b) => a.localeCompare(b)) };
    },
    async 'spelling.set-languages'({ languages }) {
      const available = listAvailable(parts);
      const unknown = languages.find((language) => !available.includes(language));
      if (unknown !== undefined) throw new RectoError('malformed', `There is no dictionary for “${unknown}” on this computer.`);
      session.setSpellCheckerLanguages(languages);
      await settings.change({ spellingLanguages: languages });
      return null;
    },
    'spelling.add-word'({ word }) {
      const plain = word.trim();
      if (plain === '' || /\s/u.test(plain) || !session.addWordToSpellCheckerDictionary(plain)) {
        throw new RectoError('malformed', `“${word}” can’t go into the dictionary: it takes single words.`);
      }
      return null;
    },
    'spelling.remove-word'({ word }) {
      if (!session.removeWordFromSpellCheckerDictionary(word)) throw new RectoError('not_found', `“${word}” is not in your dictionary.`);
      return null;
    },
  };
}

/** A Mac checks by itself, in the languages that it is set to, and takes none from a program. */
function listAvailable({ session, system }: SpellingParts): string[] {
  return system === 'macOS' ? [] : session.availableSpellCheckerLanguages;
}
