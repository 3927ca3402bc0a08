import { useId } from 'react';
import type { SaveStatus as Status } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

const WORDS: Record<Status['state'], string> = { saved: 'Saved', saving: 'Saving', 'not-saved': 'Not saved' };

const SAVED: Status = { state: 'saved' };

/** Whether what was typed is stored; where it is not, what is safe and what to do. */
export function SaveStatus() {
  const { saveStatus$ } = useApp();
  const status = useObservable(saveStatus$, SAVED);
  const detail = useId();
  const word = WORDS[status.state];
  return (
    <>
      <output className="status-word" data-state={status.state} aria-label={word} aria-describedby={status.message ? detail : undefined}>
        {word}
      </output>
      {status.message && (
        <span className="status-trouble" id={detail} role="alert">
          {status.message}
        </span>
      )}
    </>
  );
}
