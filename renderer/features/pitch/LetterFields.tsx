import type { RectoApp } from '#app/recto-app.ts';
import { fillPitchField } from '#app/use-cases/fill-pitch-field.ts';
import type { PitchField } from '#processors/contract/pitch-edits.ts';
import { useKept } from '#renderer/shell/use-kept.ts';
import { TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import type { PitchV1 } from '#schemas/generated/types.ts';

interface LetterFieldsProps {
  app: RectoApp;
  bookId: string;
  fields: NonNullable<PitchV1['fields']>;
}

const FIELDS: readonly { field: PitchField; label: string; placeholder: string }[] = [
  { field: 'agent', label: 'Agent', placeholder: 'Ms Stone' },
  { field: 'genre', label: 'Genre', placeholder: 'gothic' },
  { field: 'about', label: 'About you', placeholder: 'One or two sentences' },
];

/** What only the author knows of the letter; what is empty stands in brackets. */
export function LetterFields({ app, bookId, fields }: LetterFieldsProps) {
  return (
    <div className="pitch-fields">
      {FIELDS.map(({ field, ...look }) => (
        <LetterField key={field} {...look} value={fields[field] ?? ''} onKeep={(value) => fillPitchField(app, { bookId, field, value })} />
      ))}
    </div>
  );
}

function LetterField({ label, placeholder, value, onKeep }: { label: string; placeholder: string; value: string; onKeep(value: string): Promise<void> }) {
  const { showError } = useToast();
  const field = useKept(value, (typed) => void onKeep(typed).catch(showError));
  return <TextField label={label} placeholder={placeholder} maxLength={1000} value={field.value} onChange={(event) => field.onInput(event.target.value)} onBlur={field.keep} onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()} />;
}
