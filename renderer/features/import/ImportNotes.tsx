import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';

export interface Notes {
  list: { source: string; text: string }[];
}

/** What an import changed on the way in, a sentence each. */
export function ImportNotes({ notes, onClose }: { notes: Notes | null; onClose: () => void }) {
  return (
    <Dialog
      open={notes !== null}
      onOpenChange={(open) => !open && onClose()}
      title="Imported, with notes"
      description="The words are in. This was changed or left out on the way:"
      size="large"
    >
      <ul className="import-notes">
        {notes?.list.map(({ source, text }) => (
          <li key={source + text}>{text}</li>
        ))}
      </ul>
      <DialogActions>
        <Button kind="primary" onClick={onClose}>
          Go on
        </Button>
      </DialogActions>
    </Dialog>
  );
}
