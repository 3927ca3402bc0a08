import { TextField } from '#renderer/ui/Field.tsx';
import { isUncountable, type Money } from './money.ts';

/** What the provider costs, and what may be spent: Recto ships no prices, for they change. */
export function MoneyFields({ money, onChange }: { money: Money; onChange(money: Money): void }) {
  const field = (name: keyof Money) => ({ value: money[name], inputMode: 'decimal' as const, onChange: (event: { target: { value: string } }) => onChange({ ...money, [name]: event.target.value }) });
  return (
    <>
      <div className="settings-row" data-even>
        <TextField label="Price of a million tokens in" {...field('input')} />
        <TextField label="Price of a million tokens out" {...field('output')} />
      </div>
      <TextField label="Budget a month" {...field('budget')} error={isUncountable(money) ? 'Set the prices too: without them nothing can be counted, and nothing stops. This budget is not kept.' : null} hint="In the currency of the prices. What would exceed it is not asked for; what is written is kept." />
    </>
  );
}
