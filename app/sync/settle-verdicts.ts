import { RectoError } from '#schemas/errors.ts';
import type { Pending } from './pending.ts';
import type { Verdict } from './push-rows.ts';
import type { SetAside } from './set-aside.ts';
import { fromWire, type BlobState } from './wire-rows.ts';

/** Notes what the server stored and what it refused. @returns the masters of the rows in conflict */
export async function settleVerdicts({ pending, setAside }: { pending: Pending; setAside: SetAside }, verdicts: readonly Verdict[]): Promise<BlobState[]> {
  const stored: BlobState[] = [];
  const refused: { state: BlobState; error: RectoError }[] = [];
  const masters: BlobState[] = [];
  for (const { state, result } of verdicts) {
    if (result.status === 'stored') stored.push(state);
    else if (result.status === 'conflict' && result.master) masters.push(fromWire(result.master));
    else refused.push({ state, error: result.error ? RectoError.fromProblem(result.error) : new RectoError('protocol', 'The server refused this text and did not say why.') });
  }
  pending.sent(stored);
  setAside.clear(stored.map((state) => state.id));
  if (refused.length > 0) {
    // Stored before RxDB hears of it: openMetaStorage keeps such a row from being marked as sent.
    await setAside.add(refused);
    pending.drop(refused.map(({ state }) => state.id));
  }
  return masters;
}
