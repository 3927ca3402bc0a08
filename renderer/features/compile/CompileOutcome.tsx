import { sayFallbacks, sayOrigin, writeManifest, writeStatement } from '#processors/contract/provenance-statement.ts';
import type { CompiledBookV1 } from '#schemas/generated/types.ts';
import { usePlatform } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import type { Compiled, useCompile } from './use-compile.ts';

/** How far a compile is; then what came of it. */
export function CompileOutcome({ compile: { running, work, result, error, cancel } }: { compile: ReturnType<typeof useCompile> }) {
  return (
    <>
      {running && <Progress label="Compiling" work={work} onCancel={cancel} />}
      {result && <Result {...result} />}
      {error && (
        <p role="alert" className="sentence-error">
          {error}
        </p>
      )}
    </>
  );
}

/** What is in the file, whose words they are, and what was left out or replaced. */
function Result({ name, manifest, saved }: Compiled) {
  const { showError } = useToast();
  const { reveal } = saved;
  const replaced = manifest.replaced ?? [];
  const sentences = [
    `${formatCount(manifest.words_out, 'word')} in ${formatCount(manifest.chapters.length, 'chapter')}: “${name}” is ${saved.place}.`,
    manifest.origin && sayOrigin(manifest.origin, 'you'),
    sayFallbacks(manifest),
  ].filter(Boolean);
  return (
    <div className="compile-result">
      <output>{sentences.join(' ')}</output>
      {replaced.length > 0 && (
        <details>
          <summary>{formatCount(replaced.length, 'thing')} left out or replaced</summary>
          <ul>
            {replaced.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
      <div className="compile-result-actions">
        {reveal && <Button onClick={() => void reveal().catch(showError)}>Show in folder</Button>}
        <SaveProof name={name} manifest={manifest} />
      </div>
    </div>
  );
}

/** The manifest as files of its own: all of it, or the statement that shops ask for. */
function SaveProof({ name, manifest }: { name: string; manifest: CompiledBookV1 }) {
  const platform = usePlatform();
  const { show, showError } = useToast();
  const save = async (ending: string, mediaType: string, text: string): Promise<void> => {
    const saved = await platform.saveFile({ name: `${name.replace(/\.[^.]+$/, '')}${ending}`, mediaType, bytes: new TextEncoder().encode(text) });
    if (saved) show({ message: `How the text came about is ${saved.place}.` });
  };
  return (
    <>
      <Button onClick={() => void save(' - statement.txt', 'text/plain', writeStatement(manifest)).catch(showError)}>Save a statement for shops…</Button>
      <Button onClick={() => void save(' - manifest.json', 'application/json', writeManifest(manifest)).catch(showError)}>Save the manifest…</Button>
    </>
  );
}
