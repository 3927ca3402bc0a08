import { runAiServiceAcceptance } from './ai-service.acceptance.ts';
import { createAiService } from './ai-service.ts';

runAiServiceAcceptance('in the process', { create: async (settings, onTokens) => createAiService(settings, { onTokens }) });
