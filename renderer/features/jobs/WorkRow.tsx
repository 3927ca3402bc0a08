import { Progress as RadixProgress } from 'radix-ui';
import { Button } from '#renderer/ui/Button.tsx';
import '#renderer/ui/progress.css';

interface WorkRowProps {
  /** 'Expanding “Dusk”' */
  name: string;
  /** '3 of 12' */
  detail: string;
  done: number;
  /** 0 while it is not known. */
  total: number;
  onStop(): void;
}

/** One piece of work in a list: what it is, how far, and Stop. */
export function WorkRow({ name, detail, done, total, onStop }: WorkRowProps) {
  const share = total > 0 ? Math.min(100, Math.round((100 * done) / total)) : null;
  return (
    <li className="work-row">
      <span className="work-name">{name}</span>
      <span className="work-detail">{detail}</span>
      <Button kind="quiet" className="work-stop" aria-label={`Stop: ${name}`} onClick={onStop}>
        Stop
      </Button>
      <RadixProgress.Root className="progress-bar work-bar" value={share} aria-label={name}>
        <RadixProgress.Indicator className="progress-done" style={share === null ? undefined : { width: `${share}%` }} />
      </RadixProgress.Root>
    </li>
  );
}
