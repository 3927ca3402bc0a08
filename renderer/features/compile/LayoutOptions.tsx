import { hasOption } from '#processors/contract/layout-options.ts';
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { Select } from '#renderer/ui/Field.tsx';
import { KeptField } from '#renderer/ui/KeptField.tsx';
import { stylesOf } from './compile-formats.ts';
import { PrintOptions } from './PrintOptions.tsx';

const HEADINGS = [
  { value: 'title', label: 'Its title' },
  { value: 'number', label: 'Its number' },
  { value: 'number-and-title', label: 'Its number and its title' },
] as const;

const NUMBERS = [
  { value: 'digits', label: 'Chapter 1' },
  { value: 'words', label: 'Chapter One' },
  { value: 'roman', label: 'Chapter I' },
] as const;

const TYPOGRAPHIES = [
  { value: '', label: 'As is usual for the format' },
  { value: 'typeset', label: 'Curly quotes, dashes and ellipses' },
  { value: 'as-written', label: 'As they are typed' },
] as const;

interface LayoutOptionsProps {
  format: CompileFormat;
  layout: CompileLayout;
  onLayout(layout: CompileLayout): void;
  disabled: boolean;
}

/** How it looks: what matters for the format that is chosen. */
export function LayoutOptions({ format, layout, onLayout, disabled }: LayoutOptionsProps) {
  const set = (patch: CompileLayout): void => onLayout(withoutUndefined({ ...layout, ...patch }));
  const styles = stylesOf(format);
  return (
    <fieldset className="compile-row" aria-label="Layout">
      {styles[0] && <Select label="Style" value={layout.style ?? styles[0].value} options={styles} onValueChange={(style) => set({ style })} disabled={disabled} />}
      <Select label="Above a chapter stands" value={layout.chapter_heading ?? 'title'} options={HEADINGS} onValueChange={(chapter_heading) => set({ chapter_heading })} disabled={disabled} />
      <Select label="Numbers" value={layout.number_style ?? 'digits'} options={NUMBERS} onValueChange={(number_style) => set({ number_style })} disabled={disabled} />
      <Select
        label="Quotes and dashes"
        value={layout.typography ?? ''}
        options={TYPOGRAPHIES}
        onValueChange={(typography) => set({ typography: typography === '' ? undefined : typography })}
        disabled={disabled}
      />
      {hasOption(format, 'scene_break') && (
        <KeptField label="Between scenes" value={layout.scene_break ?? ''} placeholder="The format’s own" onKeep={(typed) => set({ scene_break: typed === '' ? undefined : typed.slice(0, 20) })} />
      )}
      {hasOption(format, 'trim') && <PrintOptions layout={layout} onLayout={set} disabled={disabled} />}
    </fieldset>
  );
}

function withoutUndefined(layout: CompileLayout): CompileLayout {
  return Object.fromEntries(Object.entries(layout).filter(([, value]) => value !== undefined));
}
