import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';

/**
 * Reads bodies as JSON, and as nothing else. Bytes that are not UTF-8 are refused: decoded as they come, they would
 * change an author's words and nobody would know. (Checking and decoding a whole body takes half the time of decoding it piece by
 * piece, which is what Fastify does by default.)
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) void parse(request, body.toString('utf8'), done);
    else done(new RectoError('malformed', 'The body is not UTF-8.'));
  });
}
