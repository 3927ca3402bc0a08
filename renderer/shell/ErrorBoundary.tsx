import { Component, type ReactNode } from 'react';
import { describeError } from './describe-error.ts';
import './error-page.css';

interface Props {
  children: ReactNode;
  /** True: the page around it goes on, and what failed is a part of it. */
  inPage?: boolean;
}

/** Keeps one screen's failure from taking the window away, and says what is safe. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error('unknown') };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <ErrorPage heading="This page could not be shown" error={this.state.error} inPage={this.props.inPage ?? false} onRetry={() => this.setState({ error: null })} />;
  }
}

interface ErrorPageProps {
  heading: string;
  error: unknown;
  inPage?: boolean;
  onRetry?: () => void;
}

export function ErrorPage({ heading, error, inPage = false, onRetry }: ErrorPageProps) {
  const Part = inPage ? 'div' : 'main';
  return (
    <Part className="error-page">
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
        {/* Before the library is open there is no going there. */}
        {onRetry && (
          <a className="button" href="#/library" onClick={onRetry}>
            Library
          </a>
        )}
      </p>
    </Part>
  );
}
