/** What a utility process and the program that started it say to each other, beside the runs, which go straight to the window. */
import type { Problem } from '#schemas/generated/types.ts';

export type ToUtilityProcess =
  /** Comes with one port: whoever is at its other end gives the runs. */
  | { type: 'serve' }
  /** It may ask the provider; with this key, if there is one for it. */
  | { type: 'access'; askId: number; key: string | null }
  | { type: 'refused'; askId: number; problem: Problem };

/** A run is about to send text to this provider: may it, and with which key? */
export interface FromUtilityProcess {
  type: 'ask-access';
  askId: number;
  baseUrl: string;
}
