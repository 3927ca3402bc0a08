import { useEffect, useState } from 'react';
import type { BookRun, BookView } from '#app/recto-app.ts';
import { estimateBook, type BookEstimate } from '#app/use-cases/estimate-book.ts';
import { expandBook } from '#app/use-cases/expand-book.ts';
import { stopBookRun } from '#app/use-cases/stop-book-run.ts';
import { countEnded } from '#renderer/features/jobs/describe-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { describeCost, describeWork } from './describe-estimate.ts';

interface ExpandBookDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  book: BookView;
}

const NO_RUNS: BookRun[] = [];

/** What a run over the whole book would grow and take, before it begins; while it goes on, how far it is. */
export function ExpandBookDialog({ open, onOpenChange, book }: ExpandBookDialogProps) {
  const app = useApp();
  const { showError } = useToast();
  const run = useObservable(app.bookRuns$, NO_RUNS).find(({ bookId, endedAt }) => bookId === book.id && endedAt === null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Expand the whole book">
      {run ? (
        <>
          <p>Chapter after chapter is grown. You can go on writing, close this, or close Recto: it goes on from here.</p>
          <Progress label={`Expanding “${book.title}”`} work={{ done: countEnded(run), total: run.chapters.length }} />
          <DialogActions>
            <Button onClick={() => void stopBookRun(app, run.id).catch(showError)}>Stop</Button>
          </DialogActions>
        </>
      ) : (
        open && <BeforeRun book={book} onStarted={() => onOpenChange(false)} />
      )}
    </Dialog>
  );
}

function BeforeRun({ book, onStarted }: { book: BookView; onStarted(): void }) {
  const app = useApp();
  const [estimate, setEstimate] = useState<BookEstimate | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    estimateBook(app, book.id).then(
      (next) => !left && setEstimate(next),
      (thrown: unknown) => !left && setError(describeError(thrown)),
    );
    return () => {
      left = true;
    };
  }, [app, book.id]);
  const start = async (): Promise<void> => {
    try {
      await expandBook(app, book.id);
      onStarted();
    } catch (thrown) {
      setError(describeError(thrown));
    }
  };
  return (
    <>
      <div aria-live="polite" className="form">
        {estimate ? (
          <>
            <p>{describeWork(estimate)}</p>
            {estimate.chapters > 0 && <p>{describeCost(estimate)}</p>}
          </>
        ) : (
          !error && <p>Looking at what is to be grown …</p>
        )}
      </div>
      {error && (
        <p role="alert" className="sentence-error">
          {error}
        </p>
      )}
      {estimate && estimate.chapters > 0 && (
        <DialogActions>
          <Button kind="primary" onClick={() => void start()}>
            Expand {formatCount(estimate.chapters, 'chapter')}
          </Button>
        </DialogActions>
      )}
    </>
  );
}
