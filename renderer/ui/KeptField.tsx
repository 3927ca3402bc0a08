import { useKept } from '#renderer/shell/use-kept.ts';
import { TextArea, TextField } from './Field.tsx';

interface KeptProps {
  label: string;
  value: string;
  hint?: string;
  placeholder?: string;
  onKeep(value: string): void;
}

/** A field that is kept, trimmed, when it is left. */
export function KeptField({ value, onKeep, ...rest }: KeptProps) {
  const field = useKept(value, (typed) => onKeep(typed.trim()));
  return <TextField {...rest} value={field.value} onChange={(event) => field.onInput(event.target.value)} onBlur={field.keep} />;
}

export function KeptArea({ value, onKeep, ...rest }: KeptProps & { rows?: number }) {
  const field = useKept(value, (typed) => onKeep(typed.trim()));
  return <TextArea {...rest} value={field.value} onChange={(event) => field.onInput(event.target.value)} onBlur={field.keep} />;
}
