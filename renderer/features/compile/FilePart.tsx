import type { Session } from '#app/recto-app.ts';
import { hostOf } from '#schemas/server-address.ts';
import { Select } from '#renderer/ui/Field.tsx';
import type { CompilePartProps } from './CompileDialog.tsx';
import { FORMATS, layoutFor } from './compile-formats.ts';
import type { CompileWish } from './compile-wish.ts';
import { LayoutOptions } from './LayoutOptions.tsx';
import { PresetPicker } from './PresetPicker.tsx';
import type { Place } from './use-compile.ts';

const EDITIONS = [
  { value: 'as-set', label: 'What is set for each chapter' },
  { value: 'draft', label: 'The drafts' },
  { value: 'expansion', label: 'The expansions, where there are any' },
] as const satisfies readonly { value: NonNullable<CompileWish['edition']>; label: string }[];

interface FilePartProps extends CompilePartProps {
  session: Session | null;
  place: Place;
  onPlace(place: Place): void;
}

/** Which file, of which texts, made where, and how it looks. */
export function FilePart({ session, place, onPlace, ...part }: FilePartProps) {
  const { wish, onWish, disabled } = part;
  return (
    <>
      <PresetPicker {...part} />
      <div className="compile-row">
        <Select label="Format" value={wish.format} options={FORMATS} onValueChange={(format) => onWish({ ...wish, format, layout: layoutFor(format, wish.layout) })} disabled={disabled} />
        <Select label="Edition" value={wish.edition ?? 'as-set'} options={EDITIONS} onValueChange={(edition) => onWish({ ...wish, edition })} disabled={disabled} />
      </div>
      {session && <Select label="Made" value={place} options={placesOf(session)} onValueChange={onPlace} disabled={disabled} />}
      <LayoutOptions format={wish.format} layout={wish.layout} onLayout={(layout) => onWish({ ...wish, layout })} disabled={disabled} />
    </>
  );
}

const placesOf = ({ server }: Session): { value: Place; label: string }[] => [
  { value: 'device', label: 'On this device' },
  { value: 'server', label: `On ${hostOf(server)}` },
];
