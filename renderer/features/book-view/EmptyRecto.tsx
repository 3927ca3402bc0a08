import type { JobView } from '#app/recto-app.ts';
import { formatKey } from '#renderer/features/palette/keys.ts';

interface EmptyRectoProps {
  running: JobView | null;
  failed: string | null;
  draftWords: number;
}

/** The right page before anything is grown: what to do next, or what is being written. */
export function EmptyRecto({ running, failed, draftWords }: EmptyRectoProps) {
  const partial = running?.progress?.partial?.text;
  if (running) {
    return (
      <div className="empty-recto" data-growing>
        {partial ? <p className="empty-recto-partial">{partial}</p> : <p>The first passage is being written.</p>}
      </div>
    );
  }
  return (
    <div className="empty-recto">
      {failed && <p className="empty-recto-failed">{failed}</p>}
      {draftWords > 0 ? (
        <>
          <p>Nothing has grown from this draft yet.</p>
          <p className="empty-recto-hint">
            Expand it with the button above or <kbd>{formatKey('Mod+Shift+Enter')}</kbd>; one passage, with the caret in it, by <kbd>{formatKey('Mod+Enter')}</kbd>. Your draft stays as it is.
          </p>
        </>
      ) : (
        <p>Write on the left page first. What grows from it will stand here.</p>
      )}
    </div>
  );
}
