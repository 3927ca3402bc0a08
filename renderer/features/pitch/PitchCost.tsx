import { useEffect, useState } from 'react';
import type { RectoApp } from '#app/recto-app.ts';
import { estimatePitch, type PitchEstimate } from '#app/use-cases/estimate-pitch.ts';
import type { PitchView } from '#app/use-cases/observe-pitch.ts';
import { describeCost } from '#renderer/features/expand-book/describe-estimate.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { useObservable } from '#renderer/shell/use-observable.ts';

/** What making the whole pitch takes of a model, before it is asked for; nothing where it is made without one. */
export function PitchCost({ app, bookId, view }: { app: RectoApp; bookId: string; view: PitchView }) {
  const [estimate, setEstimate] = useState<PitchEstimate | null>(null);
  const settings = useObservable(app.settings$, null);
  const { showError } = useToast();
  useEffect(() => {
    let left = false;
    estimatePitch(app, bookId).then((next) => !left && setEstimate(next), showError);
    return () => {
      left = true;
    };
  }, [app, bookId, view, settings, showError]);
  if (!estimate || (estimate.runAt === 'device' && estimate.provider === 'built-in')) return null;
  const read = estimate.usage?.passages ?? 0;
  return <p className="pitch-making">{describeCost(estimate, `a whole pitch${read > 0 ? `, ${formatCount(read, 'chapter')} to be read` : ''}`)}</p>;
}
