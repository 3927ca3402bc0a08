import { Progress as RadixProgress } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Progress as Work } from '#processors/contract/processor.ts';
import { Button } from './Button.tsx';
import './progress.css';

interface ProgressProps {
  /** What is being done: 'Importing'. */
  label: string;
  work: Pick<Work, 'done' | 'total' | 'message'> | null;
  onCancel?: (() => void) | undefined;
}

/** How far some work is; with nothing known of that, what is done and for how long. */
export function Progress({ label, work, onCancel }: ProgressProps) {
  const known = work !== null && work.total > 0;
  const share = known ? Math.min(100, Math.round((100 * work.done) / work.total)) : null;
  const text = known ? `${work.done} of ${work.total}` : (work?.message ?? '');
  return (
    <div className="progress">
      <div className="progress-words">
        <span>{label}</span>
        <span className="progress-detail">
          {text}
          {text !== '' && !known && <Elapsed key={text} />}
        </span>
      </div>
      <RadixProgress.Root className="progress-bar" value={share} aria-label={label}>
        <RadixProgress.Indicator className="progress-done" style={share === null ? undefined : { width: `${share}%` }} />
      </RadixProgress.Root>
      {onCancel && (
        <Button className="progress-cancel" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

/** The time since it first stood here, as a clock counts it: not before the second second. */
function Elapsed() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const since = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - since) / 1000)), 250);
    return () => clearInterval(timer);
  }, []);
  return seconds < 2 ? null : `, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
