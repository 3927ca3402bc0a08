import { useEffect, useState } from 'react';
import { dropDeadLetter, listDeadLetters, replayDeadLetter, type DeadLetter } from '#app/use-cases/dead-letters.ts';
import { formatTime } from '#renderer/features/jobs/describe-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** What failed for good on the account's server. Nothing while there is none. */
export function DeadLetters({ server }: { server: string }) {
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
  const refresh = (): void => setAsked((times) => times + 1);
  const act = (run: (id: string) => Promise<void>, id: string): void => void run(id).then(refresh).catch(showError);
  if (letters.length === 0 && !trouble) return null;
  return (
    <section className="processor" aria-label="Failed on the server">
      <h2>Failed on the server</h2>
      {trouble && <p className="processor-quiet">{trouble}</p>}
      <ul className="processor-jobs">
        {letters.map(({ id, processorId, attempts, endedAt, message }) => (
          <li key={id} className="processor-job" data-state="failed">
            <span>{processorId}</span>
            <span className="processor-quiet">{server}</span>
            <time className="processor-quiet" dateTime={new Date(endedAt).toISOString()}>
              {formatTime(endedAt)}
            </time>
            <p className="processor-failure">
              <span>
                Failed after {formatCount(attempts, 'attempt')}: {message}
              </span>
              <Button onClick={() => act((letter) => replayDeadLetter(app, letter), id)}>Replay</Button>
              <Button kind="quiet" onClick={() => act((letter) => dropDeadLetter(app, letter), id)}>
                Drop
              </Button>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
