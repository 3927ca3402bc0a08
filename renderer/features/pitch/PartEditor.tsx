import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

interface PartEditorProps {
  name: string;
  text: string;
  language: string;
  /** Keeps it. `goesOn`: it is still being written. */
  onSave(text: string, goesOn?: boolean): Promise<void>;
  onCancel(): void;
}

/** A part as text to write in. A pitch that is made again meanwhile doesn't touch it. */
export function PartEditor({ name, text, language, onSave, onCancel }: PartEditorProps) {
  const { showError } = useToast();
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const unsaved = useUnsaved(text, (typed) => void onSave(typed, true).catch(showError));
  useEffect(() => field.current?.focus(), []);
  const save = (): void => {
    unsaved.drop();
    void onSave(value).catch(showError);
  };
  const cancel = (): void => {
    unsaved.drop();
    onCancel();
  };
  // What is typed is kept when the author looks elsewhere, also at another window; its own buttons are not elsewhere.
  const onBlur = (event: FocusEvent): void => {
    if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) unsaved.keep();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    else if (event.key === 'Escape') cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="pitch-editor">
      <textarea aria-label={name} className="field-input field-area" lang={language || undefined} spellCheck ref={field} value={value} onChange={(event) => {
        setValue(event.target.value);
        unsaved.note(event.target.value);
      }} onKeyDown={onKeyDown} onBlur={onBlur} />
      <div className="pitch-editor-foot">
        <Button kind="primary" onClick={save}>
          Save
        </Button>
        <Button onClick={cancel}>Cancel</Button>
        <span className="pitch-hint">
          <kbd>{formatKey('Mod+Enter')}</kbd> saves. What you write here is yours: it is never written over.
        </span>
      </div>
    </div>
  );
}

/** What was typed and not kept yet; it is kept, too, when the editor is taken off the screen. */
function useUnsaved(text: string, onKeep: (typed: string) => void): { note(typed: string): void; keep(): void; drop(): void } {
  const typed = useRef<string | null>(null);
  const kept = useRef(text);
  const save = useRef(onKeep);
  useEffect(() => {
    save.current = onKeep;
  });
  const [actions] = useState(() => ({
    note: (next: string) => void (typed.current = next),
    drop: () => void (typed.current = null),
    keep() {
      const next = typed.current;
      typed.current = null;
      if (next === null || next === kept.current) return;
      kept.current = next;
      save.current(next);
    },
  }));
  useEffect(() => actions.keep, [actions]);
  return actions;
}
