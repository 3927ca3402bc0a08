import { ArrowLeft } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { BookRun, JobView, Session, Settings } from '#app/recto-app.ts';
import { clearHistory } from '#app/use-cases/clear-history.ts';
import { listProcessors, type ProcessorView } from '#app/use-cases/list-processors.ts';
import type { UsageEntry } from '#app/store/usage-ledger.ts';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { isUnderWay } from '#renderer/features/jobs/describe-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { DeadLetters } from './DeadLetters.tsx';
import { NowRunning } from './NowRunning.tsx';
import { ProcessorCard } from './ProcessorCard.tsx';
import { useHistory } from './use-history.ts';
import './processors.css';

const NO_JOBS: JobView[] = [];
const NO_RUNS: BookRun[] = [];
const NO_USAGE: readonly UsageEntry[] = [];

/** What works on the author's texts: what is on, where it runs, what it did, what it took, and what failed. */
export function ProcessorsPage() {
  const app = useApp();
  const session = useObservable<Session | null>(app.session$, null);
  const settings = useObservable<Settings | null>(app.settings$, null);
  const jobs = useObservable(app.jobs$, NO_JOBS);
  const runs = useObservable(app.bookRuns$, NO_RUNS);
  const usage = useObservable(app.usage$, NO_USAGE);
  const history = useHistory(app);
  const { showError } = useToast();
  const processors = useProcessors(session, settings);
  useEffect(() => {
    document.title = 'Processors';
  }, []);
  const working = jobs.filter(isUnderWay);
  return (
    <div className="page processors">
      <main className="processors-page" aria-label="Processors">
        <a className="to-library" href="#/library">
          <ArrowLeft size={14} aria-hidden />
          Library
        </a>
        <h1>Processors</h1>
        <p className="processors-intro">What grows, compiles and sums up your texts. None of them ever changes a draft, or a line that you wrote or kept.</p>
        <NowRunning jobs={working} runs={runs} />
        {processors?.map((processor) => (
          <ProcessorCard
            key={processor.id}
            processor={processor}
            session={session}
            history={history.filter(({ processorId }) => processorId === processor.id)}
            usage={usage.filter(({ processorId }) => processorId === processor.id)}
          />
        ))}
        {history.length > 0 && (
          <Button kind="quiet" className="processors-clear" onClick={() => void clearHistory(app).catch(showError)}>
            Clear what has ended
          </Button>
        )}
        {session && <DeadLetters key={session.userId} nameOf={(id) => processors?.find((one) => one.id === id)?.name ?? id} />}
      </main>
      <StatusBar />
    </div>
  );
}

/** Null while they are not known. Asked again when someone signs in or out, and when a setting of theirs has changed. */
function useProcessors(session: Session | null, settings: Settings | null): ProcessorView[] | null {
  const app = useApp();
  const { showError } = useToast();
  const [list, setList] = useState<ProcessorView[] | null>(null);
  const read = useCallback(() => listProcessors(app), [app]);
  const userId = session?.userId;
  const set = settings?.processors;
  useEffect(() => {
    let left = false;
    read().then((next) => !left && setList(next), showError);
    return () => {
      left = true;
    };
  }, [read, userId, set, showError]);
  return list;
}
