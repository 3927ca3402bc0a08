import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import './field.css';

interface Around {
  label: string;
  /** What is wrong, a sentence that says what to do. */
  error?: string | null | undefined;
  hint?: ReactNode;
}

interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

function Field({ label, error, hint, children }: Around & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': describedBy || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, error, hint, ...rest }: Around & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(described) => <input type="text" className="field-input" autoComplete="off" {...rest} {...described} />}
    </Field>
  );
}

export function TextArea({ label, error, hint, ...rest }: Around & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(described) => <textarea className="field-input field-area" rows={4} {...rest} {...described} />}
    </Field>
  );
}

interface SelectProps<V extends string> extends Around, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> {
  value: V;
  options: readonly { value: V; label: string }[];
  onValueChange(value: NoInfer<V>): void;
}

/** The browser's own list, so that it reads, types ahead and opens the way its system does; styled where it can be. */
export function Select<V extends string>({ label, error, hint, value, options, onValueChange, ...rest }: SelectProps<V>) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(described) => (
        <select
          className="field-input field-select"
          {...rest}
          {...described}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onValueChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
