import { StatusBar } from '#renderer/features/status/StatusBar.tsx';

/** For an address of a book that is not in this library. */
export function BookMissing() {
  return (
    <div className="page">
      <main className="error-page">
        <div>
          <h1>This book is not here</h1>
          <p>It was deleted, or it belongs to an account that is not signed in on this computer.</p>
        </div>
        <p className="error-actions">
          <a className="button" data-kind="primary" href="#/library">
            Go to the library
          </a>
        </p>
      </main>
      <StatusBar />
    </div>
  );
}
