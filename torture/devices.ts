/** Devices of one author, a real server and a bad network: nobody loses a word, and all come to hold the same. */
import { playScenario, createTotals } from './devices/scenario.ts';
import { openStage } from './devices/stage.ts';
import { repeatRuns, type RunPart } from './part.ts';

export const run: RunPart = async (options) => {
  const stage = await openStage();
  const totals = createTotals();
  try {
    const outcome = await repeatRuns(options, (seed) => playScenario(stage, seed, totals));
    const { words, acts, deviceKills, serverKills, faults, signIns, strictHeals, mostConflicts } = totals;
    outcome.figures.push(
      `${words} words saved in ${acts} acts, ${faults} requests lost, doubled or late, ${deviceKills} devices and ${serverKills} servers killed, ${signIns} sign-ins after a lost reply`,
      `${strictHeals} runs healed device by device in two rounds; in the others one blob met at most ${mostConflicts} conflicts on one device`,
    );
    return outcome;
  } finally {
    await stage.close();
  }
};
