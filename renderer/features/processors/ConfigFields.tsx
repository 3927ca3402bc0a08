import { Select } from '#renderer/ui/Field.tsx';

interface ConfigFieldsProps {
  /** JSON Schema of the config. */
  schema: Record<string, unknown>;
  config: Record<string, unknown>;
  onChange(config: Record<string, unknown>): void;
}

/** The settings of a config that are a choice of a few words. What a single run is asked with is no setting. */
export function ConfigFields({ schema, config, onChange }: ConfigFieldsProps) {
  return findChoices(schema).map(({ name, values, description }) => {
    const value = config[name];
    const chosen = typeof value === 'string' && values.includes(value) ? value : '';
    return (
      <Select
        key={name}
        label={readable(name)}
        hint={description}
        value={chosen}
        options={[{ value: '', label: 'As it finds best' }, ...values.map((one) => ({ value: one, label: readable(one) }))]}
        onValueChange={(next) => {
          const { [name]: _was, ...rest } = config;
          onChange(next === '' ? rest : { ...rest, [name]: next });
        }}
      />
    );
  });
}

function findChoices(schema: Record<string, unknown>): { name: string; values: string[]; description: string }[] {
  const properties = schema['properties'];
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties as Record<string, unknown>).flatMap(([name, property]) => {
    const { enum: values, description } = (property ?? {}) as { enum?: unknown; description?: unknown };
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return [];
    return [{ name, values, description: typeof description === 'string' ? description : '' }];
  });
}

const FORMATS: Readonly<Record<string, string>> = { docx: 'Word', epub: 'EPUB', html: 'HTML', text: 'Plain text' };

function readable(name: string): string {
  if (FORMATS[name]) return FORMATS[name];
  const words = name.replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
