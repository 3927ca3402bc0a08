import { useState, type FormEvent } from 'react';
import { isStandardPreset, STANDARD_PRESETS } from '#app/domain/standard-presets.ts';
import { removePreset } from '#app/use-cases/remove-preset.ts';
import { savePreset } from '#app/use-cases/save-preset.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Select, TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { describeChange, presetsOf, type CompileWish } from './compile-wish.ts';
import type { CompilePartProps } from './CompileDialog.tsx';
import { PresetFiles } from './PresetFiles.tsx';

/** Ways to compile: those that ship, and those that the book keeps. */
export function PresetPicker(part: CompilePartProps) {
  const { book, wish, onWish, keep, disabled } = part;
  const app = useApp();
  const { show } = useToast();
  const [naming, setNaming] = useState(false);
  const presets = presetsOf(book);
  const change = describeChange(wish, book);
  const isOwn = !isStandardPreset(wish.id) && presets.some(({ id }) => id === wish.id);
  const { id, ...choices } = wish;

  const remove = async (): Promise<void> => {
    const { undo } = await removePreset(app, book.id, id);
    onWish(STANDARD_PRESETS[0]);
    show({ message: `The preset “${wish.name}” was deleted.`, undo });
  };
  const keepAs = async (name: string): Promise<void> => {
    const newId = await savePreset(app, book.id, { ...choices, name });
    setNaming(false);
    onWish({ ...choices, id: newId, name: name.trim() || 'Untitled' });
  };
  return (
    <div className="preset">
      <Select label="Preset" value={id} options={listOf(presets, wish)} onValueChange={(chosen) => onWish(presets.find((preset) => preset.id === chosen) ?? wish)} hint={change} disabled={disabled} />
      {naming ? (
        <PresetName onName={(name) => keep(keepAs(name))} onCancel={() => setNaming(false)} />
      ) : (
        <div className="preset-actions">
          {isOwn && (
            <Button disabled={disabled || change === null} onClick={() => keep(savePreset(app, book.id, wish))}>
              Keep the changes
            </Button>
          )}
          <Button disabled={disabled} onClick={() => setNaming(true)}>
            Keep as a preset…
          </Button>
          {isOwn && (
            <Button disabled={disabled} onClick={() => keep(remove())}>
              Delete the preset
            </Button>
          )}
          <PresetFiles {...part} />
        </div>
      )}
    </div>
  );
}

/** One that another device deleted is still what stands here. */
function listOf(presets: readonly CompileWish[], wish: CompileWish): { value: string; label: string }[] {
  const list = presets.map(({ id, name }) => ({ value: id, label: name }));
  return presets.some(({ id }) => id === wish.id) ? list : [...list, { value: wish.id, label: wish.name }];
}

function PresetName({ onName, onCancel }: { onName(name: string): void; onCancel(): void }) {
  const [name, setName] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onName(name);
  };
  return (
    <form className="preset-name" onSubmit={submit}>
      <TextField label="Name of the preset" value={name} onChange={(event) => setName(event.target.value)} maxLength={200} ref={(field) => field?.focus()} />
      <Button type="submit" disabled={name.trim() === ''}>
        Keep
      </Button>
      <Button kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  );
}
