import type { ReactNode } from 'react';
import './work-card.css';

/** Long work under way, in a corner of the page: what is written goes on. */
export function WorkCard({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="work-card" aria-label={label}>
      {children}
    </section>
  );
}
