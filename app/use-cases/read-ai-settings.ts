import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp, Settings } from '../recto-app.ts';

/** The provider's settings for a run on this computer, without its key: the month's budget is what is left of it. */
export async function readAiSettings(app: RectoApp): Promise<Settings['ai']> {
  const { ai } = await firstValueFrom(app.settings$);
  const { budget, ...rest } = ai;
  if (budget === undefined) return rest;
  const { usage } = await coreOf(app).library();
  return { ...rest, budget: Math.max(0, budget - usage.spentInMonth(app.platform.clock.now())) };
}
