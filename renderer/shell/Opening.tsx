import { useEffect, useState } from 'react';
import './error-page.css';

/** Most libraries are there before anyone would read a word. */
const SHOW_AFTER_MS = 1_000;
const LATE_AFTER_MS = 15_000;

const WORDS = {
  soon: '',
  opening: 'Opening the library …',
  late: 'The library takes unusually long to open. What was saved is safe. If this stays, close Recto and its other windows, and open it again.',
} as const;

/** Stands in the window until the library is open: nothing at first, then that it is being opened. */
export function Opening() {
  const [stage, setStage] = useState<keyof typeof WORDS>('soon');
  useEffect(() => {
    const timers = [setTimeout(() => setStage('opening'), SHOW_AFTER_MS), setTimeout(() => setStage('late'), LATE_AFTER_MS)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <main className="error-page" aria-busy>
      <output>{WORDS[stage]}</output>
    </main>
  );
}
