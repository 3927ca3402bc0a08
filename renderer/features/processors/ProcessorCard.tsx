import type { JobView, ProcessorInstance, Session } from '#app/recto-app.ts';
import type { UsageEntry } from '#app/store/usage-ledger.ts';
import { configureProcessor } from '#app/use-cases/configure-processor.ts';
import type { ProcessorView } from '#app/use-cases/list-processors.ts';
import { hostOf } from '#schemas/server-address.ts';
import { describeUsage } from '#renderer/features/jobs/describe-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Select, TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ConfigFields } from './ConfigFields.tsx';
import { JobHistory } from './JobHistory.tsx';

interface ProcessorCardProps {
  processor: ProcessorView;
  session: Session | null;
  history: readonly JobView[];
  usage: readonly UsageEntry[];
}

/** One processor: its switch, where and when it runs, its config, what it took, what it did. */
export function ProcessorCard({ processor, session, history, usage }: ProcessorCardProps) {
  const { id, name, description, instance } = processor;
  const app = useApp();
  const { showError } = useToast();
  const change = (patch: Partial<ProcessorInstance>): void => void configureProcessor(app, id, patch).catch(showError);
  return (
    <section className="processor" aria-label={name}>
      <header className="processor-head">
        <h2>{name}</h2>
        <label className="processor-switch">
          <input type="checkbox" checked={instance.active} aria-label={`${name} is on`} onChange={(event) => change({ active: event.target.checked })} />
          {instance.active ? 'On' : 'Off'}
        </label>
      </header>
      <p>{description}</p>
      {instance.active && (
        <div className="processor-fields">
          <RunsAt processor={processor} session={session} onChange={change} />
          {id === 'text-expansion' && <Mode instance={instance} onChange={change} />}
          <ConfigFields schema={processor.configSchema} config={instance.config} onChange={(config) => change({ config })} />
        </div>
      )}
      <Took usage={usage} />
      <JobHistory name={name} history={history} />
    </section>
  );
}

const PLACES = [
  { value: 'device', label: 'This computer' },
  { value: 'cloud', label: 'The server of your account' },
] as const;

function RunsAt({ processor, session, onChange }: { processor: ProcessorView; session: Session | null; onChange(patch: Partial<ProcessorInstance>): void }) {
  if (!processor.isOnDevice) return <p className="processor-quiet">It runs on {session ? hostOf(session.server) : 'the server of your account'}{processor.isOnServer === false && ', where nobody runs it now'}.</p>;
  if (!session) return <p className="processor-quiet">It runs on this computer. With an account, a server can do it instead.</p>;
  const { runAt } = processor.instance;
  const hint = runAt === 'cloud' ? `Your draft is synced to ${hostOf(session.server)} first. Without a connection, what you ask for waits.` : undefined;
  const error = runAt === 'cloud' && processor.isOnServer === false ? 'This server does not run it now: what you ask for would fail there.' : null;
  return <Select label="Runs on" value={runAt} options={PLACES} hint={hint} error={error} onValueChange={(next) => onChange({ runAt: next })} />;
}

const MODES = [
  { value: 'asked', label: 'Only when you ask' },
  { value: 'after-pause', label: 'By itself, when you pause' },
] as const;

const PAUSES = ['10', '20', '60', '300'] as const;
const PAUSE_NAMES: Record<(typeof PAUSES)[number], string> = { '10': '10 seconds', '20': '20 seconds', '60': 'A minute', '300': '5 minutes' };

function Mode({ instance, onChange }: { instance: ProcessorInstance; onChange(patch: Partial<ProcessorInstance>): void }) {
  const known = PAUSES.find((seconds) => Number(seconds) === instance.pauseSeconds);
  return (
    <>
      <Select
        label="When"
        value={instance.mode}
        options={MODES}
        hint={instance.mode === 'after-pause' ? 'Only passages that are new or stale; never what you wrote, kept or discarded.' : undefined}
        onValueChange={(mode) => onChange({ mode })}
      />
      {instance.mode === 'after-pause' &&
        (known ? (
          <Select label="After a pause of" value={known} options={PAUSES.map((value) => ({ value, label: PAUSE_NAMES[value] }))} onValueChange={(seconds) => onChange({ pauseSeconds: Number(seconds) })} />
        ) : (
          <TextField label="After a pause of (seconds)" inputMode="numeric" defaultValue={instance.pauseSeconds} onBlur={(event) => Number(event.target.value) > 0 && onChange({ pauseSeconds: Number(event.target.value) })} />
        ))}
    </>
  );
}

function Took({ usage }: { usage: readonly UsageEntry[] }) {
  const all = describeUsage(usage);
  if (!all) return null;
  const [newest] = usage;
  const month = describeUsage(usage.filter((entry) => entry.month === newest?.month));
  return (
    <dl className="processor-took">
      <div>
        <dt>{new Date(`${newest?.month}-15`).toLocaleString('en', { month: 'long', year: 'numeric' })}</dt>
        <dd>{month}</dd>
      </div>
      {all !== month && (
        <div>
          <dt>In all</dt>
          <dd>{all}</dd>
        </div>
      )}
    </dl>
  );
}
