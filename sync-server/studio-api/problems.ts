import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { toFieldErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import { VersionConflict } from '../state-service/edit-blob.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Fastify's own errors by their codes; what isn't here and is the client's fault is `malformed`. */
const BY_FASTIFY_CODE: Record<string, { code: 'malformed' | 'not_found' | 'too_large' | 'unsupported_media_type' | 'unavailable'; detail: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large', detail: 'The body is larger than this route takes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', detail: 'Send application/json.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'malformed', detail: 'The body is empty: send JSON.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed', detail: 'The body is not JSON.' },
  // Longer than any id.
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found', detail: 'There is nothing at this address.' },
  FST_ERR_REOPENED_CLOSE_SERVER: { code: 'unavailable', detail: 'The server is stopping.' },
};

/** Whatever a route threw, as the error that its client sees. What isn't foreseen tells nothing of the inside. */
export function toRectoError(thrown: unknown): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const error = thrown as Partial<FastifyError> & { code?: string; status?: number };
  if (error.validation) {
    return new RectoError('schema_violation', 'The request does not fit what this route takes.', {
      errors: toFieldErrors(error.validation as Parameters<typeof toFieldErrors>[0]),
    });
  }
  const known = BY_FASTIFY_CODE[error.code ?? ''];
  if (known) return new RectoError(known.code, known.detail, { cause: thrown });
  if (error.code === 'SQLITE_FULL') return new RectoError('storage_full', 'The server’s disk is full. Nothing that was stored is lost; what you sent is not stored.', { cause: thrown });
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return new RectoError('malformed', 'The request can’t be read.', { cause: thrown });
  return new RectoError('internal', 'The server failed. What is stored is safe; try again.', { cause: thrown });
}

export function toProblem(error: RectoError): Problem {
  return { ...error.toProblem(), ...(error instanceof VersionConflict && { version: error.version }) };
}

/** Answers an error as problem details (RFC 9457). */
export function sendProblem(reply: FastifyReply, error: RectoError): void {
  if (error.retryAfterMs !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.code(error.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(toProblem(error));
}

/** Answers what isn't HTTP, or has headers that are too large, and ends its connection: no route ever sees it. */
export function refuseConnection(failure: NodeJS.ErrnoException, socket: Socket): void {
  if (failure.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const error = failure.code === 'HPE_HEADER_OVERFLOW' ? new RectoError('too_large', 'The headers are too large.') : new RectoError('malformed', 'This is not HTTP.');
  const body = JSON.stringify(toProblem(error));
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
