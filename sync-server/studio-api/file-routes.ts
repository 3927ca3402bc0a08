import { create as contentDisposition } from 'content-disposition';
import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES } from '#schemas/http.ts';
import { identityOf, requireIdentity, type ApiContext } from './context.ts';

/** A file may be a page of HTML: opened from this origin it can do nothing. */
const SANDBOX = "default-src 'none'; sandbox";

/** The files that go with derived blobs. A user reaches one only through a blob of their own. */
export function addFileRoutes(app: FastifyInstance, { accounts, attachments }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  app.get<{ Params: { id: string } }>(ROUTES.readBlobFile.path, { onRequest }, async (request, reply) => {
    const file = await attachments.find(identityOf(request).userId, request.params.id);
    if (!file) throw new RectoError('not_found', 'You have no blob of this id that has a file.');
    const etag = `"${file.sha256}"`;
    const isKnown = isNamedIn(request.headers['if-none-match'], etag);
    const bytes = isKnown ? null : await attachments.read(file);
    void reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (!bytes) return reply.code(304).send();
    bytes.on('error', (error) => {
      request.log.error({ err: error, sha256: file.sha256 }, 'a file could not be read');
      // A short one fails before anything was sent: the answer is a problem then.
      if (!reply.raw.headersSent) for (const name of ['etag', 'content-length', 'content-disposition']) void reply.removeHeader(name);
    });
    return reply
      .type(file.mediaType)
      .header('content-length', file.sizeBytes)
      .header('content-disposition', contentDisposition(file.name))
      .header('content-security-policy', SANDBOX)
      .send(bytes);
  });
}

/** If-None-Match (RFC 9110 §13.1.2): weakly compared. */
function isNamedIn(header: string | undefined, etag: string): boolean {
  const named = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return named.includes(etag) || named.includes('*');
}
