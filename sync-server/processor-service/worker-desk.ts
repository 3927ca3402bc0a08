import type { ProcessorManifest } from '#processors/contract/processor.ts';
import type { RemoteRunner, RunKey } from '#processors/hosts/remote-runner.ts';
import { RectoError, type ErrorCode } from '#schemas/errors.ts';
import type { WorkerInfo } from '#schemas/generated/types.ts';
import type { WorkerIdentity } from './service-tokens.ts';

/** What the routes of workers are made of. */
export interface WorkerDesk {
  runner: RemoteRunner;
  /** @throws RectoError unauthenticated */
  authenticate(token: string): WorkerIdentity;
  /** What a worker of this processor needs to know. @throws RectoError processor_unknown */
  describe(processorId: string): Promise<WorkerInfo>;
  /** @throws RectoError processor_unknown: it was removed, or is switched off */
  requireActive(processorId: string): void;
  /** The answer with which a run was handed out did not arrive. */
  giveBackUnsent(key: RunKey): void;
  countRefusal(code: ErrorCode): void;
}

export interface WorkerDeskOptions {
  runner: RemoteRunner;
  authenticate: WorkerDesk['authenticate'];
  manifests(): readonly ProcessorManifest[];
  /** Where the server runs NATS: how workers of a processor are woken. */
  nats?(processorId: string): Promise<NonNullable<WorkerInfo['nats']>>;
  countRefusal(code: ErrorCode): void;
}

export function createWorkerDesk({ runner, authenticate, manifests, nats, countRefusal }: WorkerDeskOptions): WorkerDesk {
  const find = (processorId: string): ProcessorManifest => {
    const manifest = manifests().find(({ id }) => id === processorId);
    if (!manifest) throw new RectoError('processor_unknown', `There is no processor “${processorId}” here any more, or it is switched off.`);
    return manifest;
  };
  return {
    runner,
    authenticate,
    countRefusal,
    requireActive: (processorId) => void find(processorId),
    describe: async (processorId) => {
      const { id, name, input_schema_ids, output_schema_id, config_schema } = find(processorId);
      return { processor: { id, name, input_schema_ids: [...input_schema_ids], output_schema_id, config_schema }, ...(nats && { nats: await nats(processorId) }) };
    },
    giveBackUnsent: (key) => {
      try {
        runner.giveBack(key);
      } catch (error) {
        // Cancelled in the same moment: then nobody needs it.
        if (!(error instanceof RectoError)) throw error;
      }
    },
  };
}
