/** The process in which the server's processors run. */
import { createNodeTypesetter } from '#processors/hosts/node/typesetter.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createPublicFetch } from '../ai-accounts/public-fetch.ts';
import { serveProcess } from './serve-process.ts';

const fetchPublic = createPublicFetch();
serveProcess(PROCESSORS, { fetchFor: ({ onlyPublic }) => (onlyPublic ? fetchPublic : undefined), typesetter: createNodeTypesetter() });
