import { createInProcessRunner } from './in-process.ts';
import { runRunnerAcceptance } from './runner.acceptance.ts';
import { ACCEPTANCE_PROCESSORS } from './test-support/acceptance-processors.ts';

runRunnerAcceptance('in-process', {
  isolated: false,
  create: (aiSettings) => createInProcessRunner({ processors: ACCEPTANCE_PROCESSORS, aiSettings }),
});
