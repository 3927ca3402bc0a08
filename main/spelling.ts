/** Spelling: in which languages, and the author's own words. The dictionary of those words is Chromium's, beside the library. */
import type { Session } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import type { Handlers } from './ipc.ts';
import type { SettingsFile } from './settings.ts';

export interface SpellingParts {
  session: Pick<
    Session,
    | 'availableSpellCheckerLanguages'
    | 'getSpellCheckerLanguages'
    | 'setSpellCheckerLanguages'
    | 'isSpellCheckerEnabled'
    | 'setSpellCheckerEnabled'
    | 'addWordToSpellCheckerDictionary'
    | 'removeWordFromSpellCheckerDictionary'
    | 'listWordsInSpellCheckerDictionary'
  >;
  settings: SettingsFile;
}

export type SpellingCalls = 'spelling.read' | 'spelling.set-languages' | 'spelling.add-word' | 'spelling.remove-word';

/** Sets what the author chose the last time; one that is no longer there is left out. */
export function applySpelling({ session, settings }: SpellingParts): void {
  const chosen = settings.read().spellingLanguages;
  if (!chosen) return;
  const available = session.availableSpellCheckerLanguages;
  setLanguages(session, chosen.filter((language) => available.includes(language)), chosen.length > 0);
}

export function createSpellingHandlers({ session, settings }: SpellingParts): Pick<Handlers, SpellingCalls> {
  return {
    async 'spelling.read'() {
      const words = await session.listWordsInSpellCheckerDictionary();
      const languages = session.isSpellCheckerEnabled() ? session.getSpellCheckerLanguages() : [];
      return { languages, available: session.availableSpellCheckerLanguages, words: words.toSorted((a, b) => a.localeCompare(b)) };
    },
    async 'spelling.set-languages'({ languages }) {
      const available = session.availableSpellCheckerLanguages;
      const unknown = languages.find((language) => !available.includes(language));
      if (unknown !== undefined) throw new RectoError('malformed', `There is no dictionary for “${unknown}” on this computer.`);
      setLanguages(session, languages, languages.length > 0);
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

/** On a Mac the system knows the language of a text by itself: there is only on and off. */
function setLanguages(session: SpellingParts['session'], languages: string[], enabled: boolean): void {
  session.setSpellCheckerEnabled(enabled);
  if (languages.length > 0) session.setSpellCheckerLanguages(languages);
}
