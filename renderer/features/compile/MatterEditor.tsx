import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { editMatter } from '#app/use-cases/edit-matter.ts';
import { moveMatter } from '#app/use-cases/move-matter.ts';
import { removeMatter } from '#app/use-cases/remove-matter.ts';
import type { MatterItem } from '#schemas/generated/types.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { KeptArea, KeptField } from '#renderer/ui/KeptField.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import type { CompilePartProps } from './CompileDialog.tsx';
import { hasText, hasTitle, MATTER_NAMES } from './matter-names.ts';

interface MatterEditorProps extends Pick<CompilePartProps, 'keep' | 'disabled'> {
  bookId: string;
  item: MatterItem;
  isFirst: boolean;
  isLast: boolean;
  /** Just added: open, to be written. */
  isNew: boolean;
}

/** One page of front or back matter: whether it goes in, where it stands, what it says. */
export function MatterEditor({ bookId, item, isFirst, isLast, isNew, keep, disabled }: MatterEditorProps) {
  const app = useApp();
  const { show } = useToast();
  const name = MATTER_NAMES[item.kind];
  const edit = (patch: Parameters<typeof editMatter>[3]): void => keep(editMatter(app, bookId, item.id, patch));
  const remove = async (): Promise<void> => {
    const { undo } = await removeMatter(app, bookId, item.id);
    show({ message: `“${name}” was taken out of the book.`, undo });
  };
  return (
    <li className="matter-item">
      <div className="matter-head">
        <label className="chapter-line-name">
          <input type="checkbox" checked={item.included !== false} disabled={disabled} onChange={(event) => edit({ included: event.target.checked })} />
          {name}
        </label>
        <IconButton label={`Move ${name} up`} disabled={disabled || isFirst} onClick={() => keep(moveMatter(app, bookId, item.id, -1))}>
          <ArrowUp size={15} aria-hidden />
        </IconButton>
        <IconButton label={`Move ${name} down`} disabled={disabled || isLast} onClick={() => keep(moveMatter(app, bookId, item.id, 1))}>
          <ArrowDown size={15} aria-hidden />
        </IconButton>
        <IconButton label={`Take ${name} out`} disabled={disabled} onClick={() => keep(remove())}>
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </div>
      {(hasText(item.kind) || hasTitle(item.kind)) && (
        <details open={isNew || undefined}>
          <summary>{summarize(item)}</summary>
          {hasTitle(item.kind) && <KeptField label={`Title of ${name}`} value={item.title ?? ''} placeholder="As it is called in the book’s language" onKeep={(title) => edit({ title: title === '' ? undefined : title })} />}
          {hasText(item.kind) && (
            <KeptArea label={`Text of ${name}`} value={item.text} rows={6} hint="Markdown. {title}, {subtitle}, {author}, {year}, {publisher}, {isbn} and {edition} are filled in." onKeep={(text) => edit({ text })} />
          )}
        </details>
      )}
    </li>
  );
}

function summarize({ kind, title, text }: MatterItem): string {
  if (!hasText(kind)) return title ?? 'Its title';
  const first = text.split('\n').find((line) => line.trim() !== '');
  return first ?? 'Nothing is written yet: the page is left out';
}
