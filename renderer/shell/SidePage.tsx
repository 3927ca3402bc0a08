import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { useFocusPlace } from './use-focus-place.ts';
import './side-page.css';

interface SidePageProps {
  title: string;
  /** Where it was come from. */
  back: { name: string; href: string };
  /** Under the title: what this place is, and a list to choose from. */
  side: ReactNode;
  /** What the page at the right is, for who can't see it. */
  label: string;
  children: ReactNode;
}

/** A list at the left, and the page that shows what is chosen of it. */
export function SidePage({ title, back, side, label, children }: SidePageProps) {
  const main = useFocusPlace<HTMLElement>();
  return (
    <div className="page side-page">
      <div className="side-page-desk">
        <nav className="side-page-panel" aria-label={title}>
          <a className="to-library" href={back.href} dir="auto">
            <ArrowLeft size={14} aria-hidden />
            {back.name}
          </a>
          <h1 className="side-page-title" dir="auto">
            {title}
          </h1>
          {side}
        </nav>
        <main className="side-page-main" aria-label={label} tabIndex={-1} ref={main}>
          {children}
        </main>
      </div>
      <StatusBar />
    </div>
  );
}

/** What stands on the page while nothing is chosen, or nothing is there. */
export function SidePageInvitation({ children }: { children: ReactNode }) {
  return <p className="side-page-invitation">{children}</p>;
}
