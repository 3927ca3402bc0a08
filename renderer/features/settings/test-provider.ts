import type { RectoApp } from '#app/recto-app.ts';
import { RectoError } from '#schemas/errors.ts';
import { readModelIds } from '#renderer/platform/find-model-servers.ts';

const PATIENCE_MS = 15_000;
