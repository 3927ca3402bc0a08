import type { Settings } from '../recto-app.ts';

/** What of the provider's settings makes another text, for the config of a job: neither what it costs nor what may be spent. */
export function providerChoice({ price: _price, budget: _budget, ...ai }: Settings['ai']): Settings['ai'] {
  return ai;
}
