import { useCallback, useEffect, useState } from 'react';
import type { FoundModelServer } from '#app/ports.ts';
import { findModelServers } from '#app/use-cases/find-model-servers.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** Model servers on this computer, each in one click. */
export function FoundServers({ onUse }: { onUse: (baseUrl: string, model: string) => void }) {
  const app = useApp();
  const { mayLookAround } = usePlatform();
  const { showError } = useToast();
  const [found, setFound] = useState<FoundModelServer[] | null>(null);
  const look = useCallback(() => {
    findModelServers(app, AbortSignal.timeout(5000)).then(setFound, showError);
  }, [app, showError]);
  useEffect(() => {
    if (mayLookAround) look();
  }, [mayLookAround, look]);

  if (found === null) return mayLookAround ? null : <Button onClick={look}>Look for model servers on this computer</Button>;
  if (found.length === 0) return <p className="settings-quiet">No model server is running on this computer (looked for Ollama, LM Studio and llama.cpp).</p>;
  return (
    <ul className="found-servers">
      {found.map((server) => (
        <li key={server.baseUrl}>
          <span>{server.name} is running on this computer:</span>
          {server.models.slice(0, 6).map((model) => (
            <Button key={model} onClick={() => onUse(server.baseUrl, model)}>
              use {model}
            </Button>
          ))}
        </li>
      ))}
    </ul>
  );
}
