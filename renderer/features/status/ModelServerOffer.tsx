import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { FoundModelServer } from '#app/ports.ts';
import type { Settings } from '#app/recto-app.ts';
import { findModelServers } from '#app/use-cases/find-model-servers.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';

const DECLINED = 'recto:model-server-declined';

/** Looked for once a window: it is the same computer on every page. */
let looked: Promise<FoundModelServer[]> | null = null;

/** A model server that runs on this computer, offered in one click; declined once, it is not offered again. */
export function ModelServerOffer() {
  const app = useApp();
  const { mayLookAround } = usePlatform();
  const { show, showError } = useToast();
  const settings = useObservable<Settings | null>(app.settings$, null);
  const [server, setServer] = useState<FoundModelServer | null>(null);
  const wanted = mayLookAround && settings?.ai.provider === 'built-in';

  useEffect(() => {
    if (!wanted || localStorage.getItem(DECLINED)) return undefined;
    let shown = true;
    const looking = (looked ??= findModelServers(app, AbortSignal.timeout(5000)));
    void looking.then((found) => shown && setServer(found[0] ?? null), showError);
    return () => {
      shown = false;
    };
  }, [app, wanted, showError]);

  const model = server?.models[0];
  if (!wanted || !server || !model) return null;
  const use = async (): Promise<void> => {
    await updateSettings(app, { ai: { provider: 'openai-compatible', baseUrl: server.baseUrl, model } });
    show({ message: `${server.name} now expands your drafts, with ${model}.`, undo: () => updateSettings(app, { ai: { provider: 'built-in' } }) });
  };
  const decline = (): void => {
    localStorage.setItem(DECLINED, '1');
    setServer(null);
  };
  return (
    <span className="status-job">
      <button type="button" className="status-button" onClick={() => void use().catch(showError)}>
        {server.name} is running on this computer: use {model}
      </button>
      <button type="button" className="status-button" onClick={decline} aria-label="Don’t offer it again">
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}
