import { useState, type FormEvent } from 'react';
import type { Settings } from '#app/recto-app.ts';
import { setProviderKey } from '#app/use-cases/set-provider-key.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DialogActions } from '#renderer/ui/Dialog.tsx';
import { Select, TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { FoundServers } from './FoundServers.tsx';
import { MoneyFields } from './MoneyFields.tsx';
import { readMoney, writeMoney } from './money.ts';
import { testProvider } from './test-provider.ts';
import { ANTHROPIC, withProvider } from './with-provider.ts';
import { useKeyHint } from './use-key-hint.ts';

type Ai = Settings['ai'];

/** What keeping or testing a model server came to. */
interface Answer {
  good: boolean;
  sentence: string;
}

const PROVIDERS = [
  { value: 'built-in', label: 'Built in: no model, no network' },
  { value: 'openai-compatible', label: 'A model server (OpenAI, Ollama, LM Studio, llama.cpp, OpenRouter …)' },
  { value: 'anthropic', label: 'Anthropic (Claude)' },
] as const;

const ADDRESS_HINTS = { 'openai-compatible': 'With /v1 where the server wants it: http://127.0.0.1:11434/v1', anthropic: `${ANTHROPIC}, or a gateway that speaks its API` } as const;

/** Who grows a draft into a full text. */
export function ProviderSettings({ ai }: { ai: Ai }) {
  const app = useApp();
  const { showError } = useToast();
  // Not the form's own: keeping a new address begins the form anew, and the answer is about that address.
  const [answer, setAnswer] = useState<Answer | null>(null);
  const save = (next: Ai): void => void updateSettings(app, { ai: next }).catch(showError);
  const use = (baseUrl: string, model: string): void => {
    setAnswer(null);
    save({ ...ai, provider: 'openai-compatible', baseUrl, model });
  };
  return (
    <section className="settings-group" aria-label="Text provider">
      <h3>What grows a draft</h3>
      <Select label="Text provider" value={ai.provider} options={PROVIDERS} onValueChange={(provider) => save(withProvider(ai, provider))} />
      {ai.provider !== 'anthropic' && <FoundServers onUse={use} />}
      {ai.provider !== 'built-in' && <ModelServerForm key={`${ai.provider} ${ai.baseUrl} ${ai.model}`} ai={ai} provider={ai.provider} answer={answer} onAnswer={setAnswer} />}
    </section>
  );
}

interface ModelServerFormProps {
  ai: Ai;
  provider: Exclude<Ai['provider'], 'built-in'>;
  answer: Answer | null;
  onAnswer(answer: Answer): void;
}

function ModelServerForm({ ai, provider, answer, onAnswer }: ModelServerFormProps) {
  const app = useApp();
  const [baseUrl, setBaseUrl] = useState(ai.baseUrl ?? '');
  const [model, setModel] = useState(ai.model ?? '');
  const [tokens, setTokens] = useState(ai.contextTokens ? String(ai.contextTokens) : '');
  const [money, setMoney] = useState(() => writeMoney(ai));
  const [key, setKey] = useState('');
  const [keysKept, setKeysKept] = useState(0);
  const keyHint = useKeyHint(app, baseUrl, keysKept);
  const [busy, setBusy] = useState(false);

  const keep = async (test: boolean): Promise<void> => {
    const contextTokens = Number(tokens);
    setBusy(true);
    try {
      if (key.trim() !== '') {
        await setProviderKey(app, baseUrl, key);
        setKey('');
        setKeysKept((count) => count + 1);
      }
      const { price: _price, budget: _budget, ...rest } = ai;
      await updateSettings(app, { ai: { ...rest, baseUrl: baseUrl.trim(), model: model.trim(), ...(contextTokens > 0 ? { contextTokens } : {}), ...readMoney(money) } });
      onAnswer({ good: true, sentence: test ? await testProvider(app, { provider, baseUrl: baseUrl.trim(), model: model.trim() }) : 'Kept.' });
    } catch (thrown) {
      onAnswer({ good: false, sentence: describeError(thrown) });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void keep(false);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField label="Base URL" type="url" value={baseUrl} onChange={(event) => setBaseUrl(event.target.value)} hint={ADDRESS_HINTS[provider]} />
      <div className="settings-row">
        <TextField label="Model" value={model} onChange={(event) => setModel(event.target.value)} />
        <TextField label="Context, in tokens" inputMode="numeric" value={tokens} onChange={(event) => setTokens(event.target.value.replace(/\D/g, ''))} placeholder="8192" />
      </div>
      <MoneyFields money={money} onChange={setMoney} />
      <TextField
        label="Key"
        type="password"
        value={key}
        onChange={(event) => setKey(event.target.value)}
        hint={keyHint}
        autoComplete="off"
      />
      {answer && (
        <output className={answer.good ? 'settings-answer' : 'sentence-error'}>{answer.sentence}</output>
      )}
      <DialogActions>
        <Button disabled={busy} onClick={() => void keep(true)}>
          Test
        </Button>
        <Button kind="primary" type="submit" disabled={busy}>
          Keep
        </Button>
      </DialogActions>
    </form>
  );
}
