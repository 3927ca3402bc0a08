import { useState } from 'react';
import { isFrontMatter, type MatterKind } from '#app/domain/matter-kinds.ts';
import { addMatter } from '#app/use-cases/add-matter.ts';
import { updateBook } from '#app/use-cases/update-book.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { KeptArea, KeptField } from '#renderer/ui/KeptField.tsx';
import { fieldsOf } from './compile-wish.ts';
import type { CompilePartProps } from './CompileDialog.tsx';
import { MatterEditor } from './MatterEditor.tsx';
import { MATTER_CHOICES, nameField } from './matter-names.ts';

/** What stands before and after the chapters, and what its fields say. */
export function MatterPart({ book, wish, onWish, keep, disabled }: CompilePartProps) {
  const app = useApp();
  const [kind, setKind] = useState<MatterKind>('copyright');
  const [newest, setNewest] = useState<string | null>(null);
  const fields = wish.layout.fields ?? {};
  const setField = (name: string, value: string): void => onWish({ ...wish, layout: { ...wish.layout, fields: { ...fields, [name]: value.slice(0, 2000) } } });
  const add = async (): Promise<void> => setNewest(await addMatter(app, book.id, kind));
  return (
    <>
      <div className="matter-add">
        <Select label="Page to add" value={kind} options={MATTER_CHOICES} onValueChange={setKind} disabled={disabled} />
        <Button disabled={disabled} onClick={() => keep(add())}>
          Add the page
        </Button>
      </div>
      {[true, false].map((isFront) => {
        const items = book.matter.filter((item) => isFrontMatter(item.kind) === isFront);
        return (
          items.length > 0 && (
            <section key={String(isFront)} className="matter" aria-label={isFront ? 'Before the chapters' : 'After the chapters'}>
              <h3>{isFront ? 'Before the chapters' : 'After the chapters'}</h3>
              <ul>
                {items.map((item, index) => (
                  <MatterEditor key={item.id} bookId={book.id} item={item} isFirst={index === 0} isLast={index === items.length - 1} isNew={item.id === newest} keep={keep} disabled={disabled} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      <section className="matter" aria-label="What the pages say of the book">
        <h3>What the pages say of the book</h3>
        <div className="compile-row">
          <KeptField label="Subtitle" value={book.subtitle} onKeep={(subtitle) => keep(updateBook(app, book.id, { subtitle }))} />
          {fieldsOf(book).map((name) => (
            <KeptField key={name} label={nameField(name)} value={fields[name] ?? ''} {...(name === 'year' && { placeholder: 'This year' })} onKeep={(value) => setField(name, value)} />
          ))}
        </div>
        <KeptArea label="Contact" value={book.contact} hint="Name, address, telephone and email, a line each: for the first page of a manuscript" onKeep={(contact) => keep(updateBook(app, book.id, { contact }))} />
        <p className="field-hint">Year, publisher, ISBN and edition belong to the preset: an e-book’s ISBN is not the printed book’s.</p>
      </section>
    </>
  );
}
