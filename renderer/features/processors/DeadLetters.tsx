import { useEffect, useState } from 'react';
import { of } from 'rxjs';
import type { BookSummary } from '#app/recto-app.ts';
import { dropDeadLetter, listDeadLetters, replayDeadLetter, type DeadLetter } from '#app/use-cases/dead-letters.ts';
import { formatTime } from '#renderer/features/jobs/describe-job.ts';
import { useTitles, type Titles } from '#renderer/features/jobs/use-titles.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

const NO_BOOKS: BookSummary[] = [];
const nothing$ = of(NO_BOOKS);

interface DeadLettersProps {
  /** Of a processor, by its id. */
  nameOf(processorId: string): string;
}

/** What failed for good on the account's server. Nothing while there is none. */
export function DeadLetters({ nameOf }: DeadLettersProps) {
  const app = useApp();
  const { showError } = useToast();
  const [letters, setLetters] = useState<DeadLetter[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let left = false;
    listDeadLetters(app).then(
      (next) => {
        if (left) return;
        setLetters(next);
        setTrouble(null);
      },
      (thrown: unknown) => !left && setTrouble(describeError(thrown)),
    );
    return () => {
      left = true;
    };
  }, [app, asked]);
  // A library is looked through only for something.
  const books = useObservable(letters.length > 0 ? app.books$ : nothing$, NO_BOOKS);
  const titles = useTitles(books.map(({ id }) => id));
  const refresh = (): void => setAsked((times) => times + 1);
  const act = (run: (id: string) => Promise<void>, id: string): void => void run(id).then(refresh).catch(showError);
  if (letters.length === 0 && !trouble) return null;
  return (
    <section className="processor" aria-label="Failed on the server">
      <h2>Failed on the server</h2>
      {trouble && <p className="processor-quiet">{trouble}</p>}
      <ul className="processor-jobs">
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} name={nameOf(letter.processorId)} titles={titles} onRetry={() => act((id) => replayDeadLetter(app, id), letter.id)} onForget={() => act((id) => dropDeadLetter(app, id), letter.id)} />
        ))}
      </ul>
    </section>
  );
}

interface LetterProps {
  letter: DeadLetter;
  name: string;
  titles: Titles;
  onRetry(): void;
  onForget(): void;
}

function Letter({ letter: { blobId, attempts, endedAt, message }, name, titles, onRetry, onForget }: LetterProps) {
  const place = titles.placeOf(blobId);
  const subject = place ? titles.chapter(place.bookId, place.chapterId) : name;
  return (
    <li className="processor-job" data-state="failed">
      {place ? <a href={formatPlace({ name: 'book', ...place, tab: 'view' })}>{subject}</a> : <span>{name}</span>}
      <span className="processor-quiet">{place ? `${titles.book(place.bookId)} · ${name}` : 'A text that is not on this computer'}</span>
      <time className="processor-quiet" dateTime={new Date(endedAt).toISOString()}>
        {formatTime(endedAt)}
      </time>
      <p className="processor-failure">
        <span>
          Failed{attempts > 1 && ` after ${formatCount(attempts, 'attempt')}`}: {message}
        </span>
        <Button aria-label={`Retry on the server: ${subject}`} onClick={onRetry}>
          Retry
        </Button>
        <Button kind="quiet" aria-label={`Forget the failure: ${subject}`} onClick={onForget}>
          Forget
        </Button>
      </p>
    </li>
  );
}
