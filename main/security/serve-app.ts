/** Answers app://recto: the files of the screens, and the session's server under its path. Nothing else exists there. */
import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { extname } from 'node:path';
import type { CustomScheme } from 'electron';
import { STUDIO_GATEWAY } from '#schemas/ipc.ts';
import { isAppUrl } from './check-sender.ts';
import { FIXED_HEADERS, formatContentPolicy } from './content-policy.ts';
import { findAppFile } from './find-app-file.ts';

/**
 * Registered before the app is ready. A standard scheme has an origin, and with it storage of its own; a secure one is no
 * 'insecure context'. It may not leave the policy aside, run service workers, or be read across origins.
 */
export const APP_SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true, bypassCSP: false, corsEnabled: false, allowServiceWorkers: false },
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

export interface AppServing {
  /** Where the built screens are. */
  rendererFolder: string;
  /** Answers what is asked of the session's server. */
  answerStudio(request: Request): Promise<Response>;
}

/** @returns the handler for protocol.handle; what is not there is 404, whatever the reason */
export function serveApp({ rendererFolder, answerStudio }: AppServing): (request: Request) => Promise<Response> {
  return async (request) => {
    if (!isAppUrl(request.url)) return refuse(404);
    const path = new URL(request.url).pathname;
    if (path === STUDIO_GATEWAY || path.startsWith(`${STUDIO_GATEWAY}/`)) return answerStudio(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
    const file = findAppFile(rendererFolder, path);
    const type = file === null ? undefined : MEDIA_TYPES[extname(file)];
    if (file === null || type === undefined) return refuse(404);
    const bytes = await readInside(rendererFolder, file);
    if (bytes === null) return refuse(404);
    return answerFile(bytes, type, request.method === 'HEAD');
  };
}

function answerFile(bytes: Buffer, type: string, headOnly: boolean): Response {
  const nonce = randomBytes(16).toString('base64url');
  const headers = { ...FIXED_HEADERS, 'content-security-policy': formatContentPolicy(nonce), 'content-type': type };
  if (headOnly) return new Response(null, { headers });
  if (!type.startsWith('text/html')) return new Response(new Uint8Array(bytes), { headers });
  return new Response(withStyleNonce(bytes.toString('utf8'), nonce), { headers });
}

/** The page reads it there and gives it to whoever makes <style> elements. */
function withStyleNonce(html: string, nonce: string): string {
  return html.replace('</head>', `<meta property="csp-nonce" nonce="${nonce}"></head>`);
}

/** Null: it is not there, is no file, or a link leads out of the folder. */
async function readInside(folder: string, file: string): Promise<Buffer | null> {
  try {
    const [realFolder, realFile] = await Promise.all([realpath(folder), realpath(file)]);
    return findAppFile(realFolder, realFile.slice(realFolder.length).replaceAll('\\', '/')) === realFile ? await readFile(realFile) : null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') return null;
    throw thrown;
  }
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { ...FIXED_HEADERS, 'content-security-policy': "default-src 'none'" } });
}
