import { useEffect, useState, type FormEvent } from 'react';
import type { AiAccount } from '#schemas/generated/types.ts';
import { forgetCloudProvider } from '#app/use-cases/forget-cloud-provider.ts';
import { readCloudProvider } from '#app/use-cases/read-cloud-provider.ts';
import { setCloudProvider } from '#app/use-cases/set-cloud-provider.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DialogActions } from '#renderer/ui/Dialog.tsx';
import { Select, TextField } from '#renderer/ui/Field.tsx';
import { MoneyFields } from './MoneyFields.tsx';
import { readMoney, writeMoney, type Money } from './money.ts';
import { ANTHROPIC } from './with-provider.ts';

const PROVIDERS = [
  { value: 'openai-compatible', label: 'A model server' },
  { value: 'anthropic', label: 'Anthropic (Claude)' },
] as const;

/** Who writes on the account's server. A desktop window may not say that: see main/session/gateway-routes.ts. */
export function CloudProviderSettings() {
  const app = useApp();
  const [kept, setKept] = useState<AiAccount | null>(null);
  const [answer, setAnswer] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    readCloudProvider(app).then(setKept, (thrown: unknown) => setAnswer(describeError(thrown)));
  }, [app, round]);
  const run = (work: Promise<unknown>, done: string): void =>
    void work.then(
      () => {
        setAnswer(done);
        setRound((count) => count + 1);
      },
      (thrown: unknown) => setAnswer(describeError(thrown)),
    );
  return (
    <details className="settings-group">
      <summary>Who writes in the cloud</summary>
      <CloudProviderForm key={kept?.updated_at ?? ''} kept={kept} onKeep={(body) => run(setCloudProvider(app, body), 'Kept on the server.')} onForget={() => run(forgetCloudProvider(app), 'Forgotten. The server’s own provider writes.')} />
      {answer && <output className="settings-answer">{answer}</output>}
    </details>
  );
}

interface CloudProviderFormProps {
  kept: AiAccount | null;
  onKeep(body: Parameters<typeof setCloudProvider>[1]): void;
  onForget(): void;
}

function CloudProviderForm({ kept, onKeep, onForget }: CloudProviderFormProps) {
  const [provider, setProvider] = useState<AiAccount['provider']>(kept?.provider ?? 'anthropic');
  const [address, setAddress] = useState(kept?.base_url ?? ANTHROPIC);
  const [model, setModel] = useState(kept?.model ?? '');
  const [money, setMoney] = useState<Money>(() => writeMoney({ provider, ...(kept?.price && { price: kept.price }), ...(typeof kept?.monthly_budget === 'number' && { budget: kept.monthly_budget }) }));
  const [key, setKey] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { price = null, budget = null } = readMoney(money);
    onKeep({ provider, base_url: address.trim(), model: model.trim(), price, monthly_budget: budget, ...(key.trim() !== '' && { key: key.trim() }) });
    setKey('');
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="settings-quiet">{kept ? `Spent this month: ${kept.spent_this_month}.` : 'Until you set one, the server’s own provider writes.'}</p>
      <Select label="Provider in the cloud" value={provider} options={PROVIDERS} onValueChange={setProvider} />
      <TextField label="Its address" type="url" value={address} onChange={(event) => setAddress(event.target.value)} />
      <TextField label="Its model" value={model} onChange={(event) => setModel(event.target.value)} />
      <MoneyFields money={money} onChange={setMoney} />
      <TextField label="Its secret" type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} hint={kept?.has_key ? 'The server has one, sealed. Leave it empty to keep it.' : 'It goes to the server, is sealed there, and never comes back.'} />
      <DialogActions>
        {kept && <Button onClick={onForget}>Forget</Button>}
        <Button kind="primary" type="submit">
          Keep on the server
        </Button>
      </DialogActions>
    </form>
  );
}
