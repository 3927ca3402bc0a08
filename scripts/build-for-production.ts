import { build, type InlineConfig } from 'vite';

/**
 * Vite builds for development where NODE_ENV says so, as test runners do: slower code, with the paths of this machine in
 * it. What is in dist/ is always what is shipped.
 */
export async function buildForProduction(config: InlineConfig): Promise<void> {
  const { NODE_ENV: before } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ ...config, mode: 'production' });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}
