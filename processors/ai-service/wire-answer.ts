import type { ModelAnswer } from '../contract/processor.ts';

/** What is known of an answer, as ai-service's routes and the seed's workflows name it. */
export interface WireAnswer {
  provider: string;
  model: string;
  temperature: number;
  input_tokens: number;
  output_tokens: number;
  finish_reason: string;
}

export function toWireAnswer({ provider, model, temperature, inputTokens, outputTokens, finishReason }: ModelAnswer): WireAnswer {
  return { provider, model, temperature, input_tokens: inputTokens, output_tokens: outputTokens, finish_reason: finishReason };
}

export function fromWireAnswer(text: string, { provider, model, temperature, input_tokens, output_tokens, finish_reason }: WireAnswer): ModelAnswer {
  return { text, provider, model, temperature, inputTokens: input_tokens, outputTokens: output_tokens, finishReason: finish_reason };
}
