import { useRef, useState } from 'react';
import type { ThreadItem } from '#app/recto-app.ts';
import { bringBackExpansion } from '#app/use-cases/bring-back-expansion.ts';
import { readThreadText } from '#app/use-cases/read-thread-text.ts';
import { formatTime } from '#renderer/features/jobs/describe-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

const NAMES: Record<ThreadItem['kind'], string> = {
  draft: 'Your draft, as it is now',
  snapshot: 'Snapshot',
  instruction: 'You asked',
  note: 'Note',
  expansion: 'Expansion',
  edit: 'Expansion, edited by you',
  derived: 'Derived',
};

/** One thing in the thread: an instruction as it was written; a text that can be looked at, and an expansion brought back. */
export function ThreadEntry({ item, chapterId }: { item: ThreadItem; chapterId: string }) {
  const { kind, at, words, by, text, isCurrent } = item;
  const time = Date.parse(at);
  const isExpansion = kind === 'expansion' || kind === 'edit';
  return (
    <li className="thread-item" data-kind={kind} data-current={(isExpansion && isCurrent) || undefined}>
      <p className="thread-item-head">
        <span>
          {NAMES[kind]}
          {by && isExpansion && ` · ${by}`}
        </span>
        <time className="thread-quiet" dateTime={at}>
          {formatTime(time)}
        </time>
      </p>
      {kind === 'instruction' || kind === 'note' ? (
        <p className="thread-wish">{text}</p>
      ) : (
        <p className="thread-quiet">
          {kind === 'snapshot' && text ? `${text}, ` : ''}
          {formatCount(words, 'word')}
          {isExpansion && isCurrent && ' · shown now'}
        </p>
      )}
      {(isExpansion || kind === 'snapshot') && <Look item={item} chapterId={chapterId} canBringBack={isExpansion && !isCurrent} />}
    </li>
  );
}

function Look({ item, chapterId, canBringBack }: { item: ThreadItem; chapterId: string; canBringBack: boolean }) {
  const app = useApp();
  const { show, showError } = useToast();
  const [text, setText] = useState<string | null>(null);
  const look = useRef<HTMLButtonElement>(null);
  const of = `${NAMES[item.kind]} of ${formatTime(Date.parse(item.at))}`;
  const toggle = async (): Promise<void> => setText(text === null ? await readThreadText(app, item.id) : null);
  const bringBack = async (): Promise<void> => {
    await app.flush();
    // Its button goes; the keyboard stays where it was.
    look.current?.focus();
    await bringBackExpansion(app, chapterId, item.id);
    show({ message: 'It is shown again. What stood there is in the thread.' });
  };
  return (
    <>
      <div className="thread-actions">
        <Button kind="quiet" ref={look} aria-expanded={text !== null} aria-label={`${text === null ? 'Look at' : 'Close'} the ${of}`} onClick={() => void toggle().catch(showError)}>
          {text === null ? 'Look' : 'Close'}
        </Button>
        {canBringBack && (
          <Button kind="quiet" aria-label={`Bring back the ${of}`} onClick={() => void bringBack().catch(showError)}>
            Bring back
          </Button>
        )}
      </div>
      {text !== null && (
        // A region that scrolls is reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section className="thread-text" aria-label={of} tabIndex={0}>
          {paragraphsOf(text).map((paragraph, place) => (
            <p key={place}>{paragraph}</p>
          ))}
        </section>
      )}
    </>
  );
}

/** For reading: the marks of a quotation are left out. */
function paragraphsOf(text: string): string[] {
  return text.replaceAll(/^[ \t]*(?:>[ \t]?)+/gm, '').split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
}
