import { X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { IpcOutput } from '#schemas/ipc.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { nameLanguage, sortByName } from './name-language.ts';

type Spelling = IpcOutput<'spelling.read'>;

/** The languages that are checked, and the words of one's own. */
export function SpellingSettings({ desktop, isWanted }: { desktop: Desktop; isWanted: boolean }) {
  const part = useRef<HTMLElement>(null);
  const { showError } = useToast();
  const [spelling, setSpelling] = useState<Spelling | null>(null);
  const read = useCallback(() => {
    desktop.call('spelling.read', {}).then(setSpelling, showError);
  }, [desktop, showError]);
  useEffect(read, [read]);
  const isThere = spelling !== null;
  useEffect(() => {
    if (!isWanted || !isThere) return;
    part.current?.scrollIntoView();
    part.current?.querySelector('select')?.focus();
  }, [isWanted, isThere]);

  const setLanguages = (languages: string[]): void => {
    desktop.call('spelling.set-languages', { languages }).then(read, showError);
  };
  const removeWord = (word: string): void => {
    desktop.call('spelling.remove-word', { word }).then(read, showError);
  };
  return (
    <section className="settings-group" aria-label="Spelling" ref={part}>
      <h3>Spelling</h3>
      {spelling && <Languages spelling={spelling} onChange={setLanguages} />}
      {spelling && spelling.words.length > 0 && (
        <div>
          <h4 className="settings-part">Your words</h4>
          <ul className="settings-chips settings-words">
            {spelling.words.map((word) => (
              <Chip key={word} name={word} label={`Take “${word}” out of your words`} onRemove={() => removeWord(word)} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Languages({ spelling: { languages, available }, onChange }: { spelling: Spelling; onChange(languages: string[]): void }) {
  if (available.length === 0) return <p>Your system checks the spelling, in the languages that it is set to.</p>;
  const others = sortByName(available.filter((code) => !languages.includes(code)));
  const options = [{ value: '', label: 'Add a language' }, ...others.map((code) => ({ value: code, label: nameLanguage(code) }))];
  return (
    <>
      {languages.length > 0 ? (
        <ul className="settings-chips">
          {languages.map((code) => (
            <Chip key={code} name={nameLanguage(code)} label={`Don’t check ${nameLanguage(code)}`} onRemove={() => onChange(languages.filter((other) => other !== code))} />
          ))}
        </ul>
      ) : (
        <p className="settings-quiet">No spelling is checked. A language’s dictionary is fetched from Google once, when you add it; what you write stays here.</p>
      )}
      <Select label="Check another language" value="" options={options} onValueChange={(code) => code !== '' && onChange([...languages, code])} />
    </>
  );
}

function Chip({ name, label, onRemove }: { name: string; label: string; onRemove(): void }) {
  return (
    <li className="settings-chip">
      {name}
      <IconButton label={label} onClick={onRemove}>
        <X size={13} aria-hidden />
      </IconButton>
    </li>
  );
}
