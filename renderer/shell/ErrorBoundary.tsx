import { Component, type ReactNode } from 'react';
import { describeError } from './describe-error.ts';
import './error-page.css';

interface Props {
  children: ReactNode;
}

/** Keeps one screen's failure from taking the window away, and says what is safe. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error('unknown') };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <ErrorPage heading="This page could not be shown" error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

export function ErrorPage({ heading, error, onRetry }: { heading: string; error: unknown; onRetry?: () => void }) {
  return (
    <main className="error-page">
      <div role="alert">
        <h1>{heading}</h1>
        <p>{describeError(error)}</p>
      </div>
      <p className="error-actions">
        {onRetry && (
          <button type="button" className="button" data-kind="primary" onClick={onRetry}>
            Try again
          </button>
        )}
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
        <a className="button" href="#/library" onClick={onRetry}>
          Library
        </a>
      </p>
    </main>
  );
}
