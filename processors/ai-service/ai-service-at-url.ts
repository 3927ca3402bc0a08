import { readReply, unreachable } from '#schemas/read-reply.ts';
import { RectoError } from '#schemas/errors.ts';
import type { AiProvider, GeneratedExpansion, GeneratedText, StyleAnalysisReply } from '#schemas/generated/types.ts';
import type { AiCallOptions, AiService, ExpandRequest, StyleAnalysis } from '../contract/processor.ts';
import type { AskOptions } from './ask-model.ts';
import { fromWireAnswer } from './wire-answer.ts';

export interface AiServiceAtUrl {
  /** What the seed's paths go onto, before its query if it has one: `/analyze/style`, `/generate/expand`; and `/generate/write`, `/provider`. */
  url: string;
  /** A user's access token, or a worker's. */
  token: string | undefined;
  /** See AiSettings. */
  ofRun?: true;
}

/** An answer comes whole, so a long passage takes its time. */
const PATIENCE_MS = 10 * 60_000;
/** Who writes there is known at once. */
const PROVIDER_MS = 30_000;

/** ai-service elsewhere, such as a Recto server's (`…/api/v1/ai`): it has the provider, its key and its own limits. */
export function createAiServiceAtUrl({ url, token, ofRun }: AiServiceAtUrl, { fetch: fetchFrom = fetch, onTokens }: Pick<AskOptions, 'fetch' | 'onTokens'> = {}): AiService {
  const send = async <T>(path: string, { body, signal }: { body?: unknown; signal: AbortSignal }): Promise<T> => {
    signal.throwIfAborted();
    const at = new URL(url);
    const base = at.origin;
    at.pathname = at.pathname.replace(/\/+$/, '') + path;
    try {
      const reply = await fetchFrom(at, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      // One that has the seed's two paths alone writes nothing on an instruction.
      if (reply.status === 404 && body === undefined) return null as T;
      return (await readReply(reply, base)) as T;
    } catch (thrown) {
      if (signal.aborted) throw RectoError.from(signal.reason, 'cancelled');
      throw thrown instanceof RectoError ? thrown : unreachable(base, thrown);
    }
  };
  const post = <T>(path: string, body: unknown, signal: AbortSignal): Promise<T> => send(path, { body, signal });
  const note = <T extends { provider: string; model: string; input_tokens: number; output_tokens: number }>(answer: T): T => {
    const { provider, model, input_tokens, output_tokens } = answer;
    // What is built in there takes nothing.
    if (input_tokens + output_tokens > 0) onTokens?.({ inputTokens: input_tokens, outputTokens: output_tokens, by: { provider, model } });
    return answer;
  };
  return {
    async hasModel() {
      if (ofRun) return true;
      return (await send<AiProvider | null>('/provider', { signal: AbortSignal.timeout(PROVIDER_MS) }))?.has_model ?? false;
    },
    async analyzeStyle(text) {
      const { style } = await post<StyleAnalysisReply>('/analyze/style', { text }, new AbortController().signal);
      return style as StyleAnalysis;
    },
    async expand(request, { signal, onText }: AiCallOptions) {
      const { expanded, used_details, ...answer } = note(await post<GeneratedExpansion>('/generate/expand', toBody(request), signal));
      onText?.(expanded);
      return { ...fromWireAnswer(expanded, answer), ...(used_details && { usedDetails: used_details }) };
    },
    async write({ instruction, text, maxOutputTokens, seed }, { signal, onText }) {
      const body = { instruction, text, ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }), ...(seed !== undefined && { seed }) };
      const { text: written, ...answer } = note(await post<GeneratedText>('/generate/write', body, signal));
      onText?.(written);
      return fromWireAnswer(written, answer);
    },
  };
}

function toBody({ original, style, styleNotes, usedDetails, ...context }: ExpandRequest): Record<string, unknown> {
  return { original, style: style ?? null, context: { ...context, ...(styleNotes && { style_notes: styleNotes }), ...(usedDetails && { used_details: usedDetails }) } };
}
