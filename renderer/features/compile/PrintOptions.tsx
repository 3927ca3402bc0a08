import type { CompileLayout } from '#schemas/generated/types.ts';
import { Select } from '#renderer/ui/Field.tsx';

const TRIMS = [
  { value: '', label: 'As is usual for the language' },
  { value: '5x8', label: '5 × 8 in' },
  { value: '5.5x8.5', label: '5.5 × 8.5 in' },
  { value: '6x9', label: '6 × 9 in' },
  { value: 'a5', label: 'A5' },
  { value: 'mass-market', label: 'Mass market, 4.25 × 6.87 in' },
  { value: 'a4', label: 'A4' },
  { value: 'letter', label: 'US Letter' },
] as const;

const PAPERS = TRIMS.filter(({ value }) => value === '' || value === 'a4' || value === 'letter');

const FONTS = [
  { value: 'source-serif', label: 'Source Serif' },
  { value: 'literata', label: 'Literata' },
  { value: 'courier-prime', label: 'Courier Prime' },
] as const;

const USUAL = { value: '', label: 'As is usual' };
const SIZES = [USUAL, ...[9, 9.5, 10, 10.5, 11, 11.5, 12, 13, 14, 16, 18].map((points) => ({ value: String(points), label: `${points} points` }))];
const LINE_HEIGHTS = [USUAL, ...[1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.75, 2].map((lines) => ({ value: String(lines), label: `${lines} times the letters` }))];

const numberOf = (value: string): number | undefined => (value === '' ? undefined : Number(value));

interface PrintOptionsProps {
  layout: CompileLayout;
  onLayout(patch: CompileLayout): void;
  disabled: boolean;
}

/** What the pages of a PDF look like: a printed book's, or the paper of a manuscript, whose look is its format's. */
export function PrintOptions({ layout, onLayout, disabled }: PrintOptionsProps) {
  const isBook = (layout.style ?? 'print') === 'print';
  return (
    <>
      <Select label={isBook ? 'Size of the page' : 'Paper'} value={layout.trim ?? ''} options={isBook ? TRIMS : PAPERS} onValueChange={(trim) => onLayout({ trim: trim === '' ? undefined : trim })} disabled={disabled} />
      {isBook && (
        <>
          <Select label="Face" value={layout.font ?? 'source-serif'} options={FONTS} onValueChange={(font) => onLayout({ font })} disabled={disabled} />
          <Select label="Size of the letters" value={String(layout.font_size ?? '')} options={withOwn(SIZES, layout.font_size)} onValueChange={(size) => onLayout({ font_size: numberOf(size) })} disabled={disabled} />
          <Select label="Height of a line" value={String(layout.line_height ?? '')} options={withOwn(LINE_HEIGHTS, layout.line_height)} onValueChange={(lines) => onLayout({ line_height: numberOf(lines) })} disabled={disabled} />
          <Check label="Chapters begin on a right-hand page" checked={layout.recto_starts ?? true} onChange={(recto_starts) => onLayout({ recto_starts })} disabled={disabled} />
          <Check label="Chapters begin with a large letter" checked={layout.drop_caps ?? false} onChange={(drop_caps) => onLayout({ drop_caps })} disabled={disabled} />
        </>
      )}
    </>
  );
}

/** A number that is not among those offered, such as one of a preset's file, stands in the list too. */
function withOwn(options: readonly { value: string; label: string }[], own: number | undefined): readonly { value: string; label: string }[] {
  return own === undefined || options.some(({ value }) => value === String(own)) ? options : [...options, { value: String(own), label: String(own) }];
}

function Check({ label, checked, onChange, disabled }: { label: string; checked: boolean; onChange(checked: boolean): void; disabled: boolean }) {
  return (
    <label className="compile-check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
