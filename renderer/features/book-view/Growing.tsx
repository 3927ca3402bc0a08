import { useEffect, useState } from 'react';
import type { JobView, RectoApp } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { Progress } from '#renderer/ui/Progress.tsx';

const SHOWS_MS = 300;
const CANCEL_MS = 2_000;

/** A run that takes a while: first that it runs, then how far it is and Cancel. One a job: `key` it by the job's id. */
export function Growing({ app, job, onError }: { app: RectoApp; job: JobView; onError(error: unknown): void }) {
  const [age, setAge] = useState<'new' | 'shown' | 'long'>('new');
  useEffect(() => {
    const timers = [setTimeout(() => setAge('shown'), SHOWS_MS), setTimeout(() => setAge('long'), CANCEL_MS)];
    return () => timers.forEach(clearTimeout);
  }, []);
  if (age === 'new') return null;
  return (
    <div className="growing">
      <Progress
        label={job.state === 'queued' ? 'Waiting to expand' : 'Expanding'}
        work={job.progress}
        onCancel={age === 'long' ? () => void cancelJob(app, job.id).catch(onError) : undefined}
      />
    </div>
  );
}
