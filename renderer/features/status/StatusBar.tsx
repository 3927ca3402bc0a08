import type { ReactNode } from 'react';
import { AccountStatus } from '#renderer/features/account/AccountStatus.tsx';
import { ConflictsStatus } from '#renderer/features/conflicts/ConflictsStatus.tsx';
import { JobsStatus } from '#renderer/features/jobs/JobsStatus.tsx';
import { ModelServerOffer } from './ModelServerOffer.tsx';
import { SaveStatus } from './SaveStatus.tsx';
import { SyncStatus } from './SyncStatus.tsx';
import './status.css';

/** The line at the foot of every page: what is saved, what is synced, what runs. */
export function StatusBar({ children }: { children?: ReactNode }) {
  return (
    <footer className="status-bar" aria-label="Status">
      <SaveStatus />
      {children}
      <SyncStatus />
      <AccountStatus />
      <ConflictsStatus />
      <span className="status-space" />
      <ModelServerOffer />
      <JobsStatus />
    </footer>
  );
}
