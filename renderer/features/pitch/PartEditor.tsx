import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

interface PartEditorProps {
  name: string;
  text: string;
  language: string;
  onSave(text: string): Promise<void>;
  onCancel(): void;
}

/** A part as text to write in. A pitch that is made again meanwhile doesn't touch it. */
export function PartEditor({ name, text, language, onSave, onCancel }: PartEditorProps) {
  const { showError } = useToast();
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = (): void => void onSave(value).catch(showError);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    else if (event.key === 'Escape') onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="pitch-editor">
      <textarea aria-label={name} className="field-input field-area" lang={language || undefined} spellCheck ref={field} value={value} onChange={(event) => setValue(event.target.value)} onKeyDown={onKeyDown} />
      <div className="pitch-editor-foot">
        <Button kind="primary" onClick={save}>
          Save
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
        <span className="pitch-hint">
          <kbd>{formatKey('Mod+Enter')}</kbd> saves. What you write here is yours: it is never written over.
        </span>
      </div>
    </div>
  );
}
