import { useRef } from 'react';
import { MOST_PRESET_BYTES, readPresetFile, writePresetFile } from '#app/domain/preset-file.ts';
import { savePreset } from '#app/use-cases/save-preset.ts';
import { RectoError } from '#schemas/errors.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { layoutFor } from './compile-formats.ts';
import { isKnown } from './compile-wish.ts';
import type { CompilePartProps } from './CompileDialog.tsx';

/** A preset goes to other books and other people as a file, and comes back from one. */
export function PresetFiles({ book, wish, onWish, keep, disabled }: CompilePartProps) {
  const app = useApp();
  const platform = usePlatform();
  const { show } = useToast();
  const picker = useRef<HTMLInputElement>(null);

  const share = async (): Promise<void> => {
    const bytes = new TextEncoder().encode(writePresetFile({ ...wish, layout: layoutFor(wish.format, wish.layout) }));
    const saved = await platform.saveFile({ name: fileNameOf(wish.name), mediaType: 'application/json', bytes });
    if (saved) show({ message: `The preset “${wish.name}” is ${saved.place}.` });
  };
  const open = async (file: File): Promise<void> => {
    if (file.size > MOST_PRESET_BYTES) throw new RectoError('too_large', `“${file.name}” is too large to be a preset. Nothing was changed.`);
    const preset = { id: '', ...readPresetFile(await file.text()) };
    if (!isKnown(preset)) throw new RectoError('import_unsupported', `This Recto does not compile to the format of “${preset.name}”. Nothing was changed.`);
    onWish({ ...preset, id: await savePreset(app, book.id, { name: preset.name, format: preset.format, edition: preset.edition, layout: preset.layout }) });
  };
  return (
    <>
      <Button disabled={disabled} onClick={() => keep(share())}>
        Share as a file…
      </Button>
      <Button disabled={disabled} onClick={() => picker.current?.click()}>
        Open a preset’s file…
      </Button>
      <input
        type="file"
        accept=".json,application/json"
        hidden
        ref={picker}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file can be chosen again.
          event.target.value = '';
          if (file) keep(open(file));
        }}
      />
    </>
  );
}

/** One that every file system takes: it begins with a word that none keeps for itself. */
function fileNameOf(name: string): string {
  return `Preset ${name.replace(/[^\p{L}\p{M}\p{N} _-]+/gu, ' ').replace(/\s+/g, ' ').trim().slice(0, 60)}`.trim() + '.json';
}
