/** The scripted model server that speaks Anthropic's streaming Messages API. */
import { startScriptedModelServer, type ModelProtocol, type ScriptedServer, type ScriptedServerOptions } from './scripted-model-server.ts';

export const CLAUDE = 'claude-scripted-1';

/** Text blocks, or the short form of one. */
function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((block: unknown) => String((block as { text?: unknown }).text ?? '')).join('\n\n') : '';
}

const PROTOCOL: ModelProtocol = {
  readPrompt: ({ system, messages = [] }) => ({ system: readContent(system), user: messages.map(({ content }) => readContent(content)).join('\n\n') }),
  startStream({ model }) {
    const format = (event: { type: string; [field: string]: unknown }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    const block = (index: number, type: string): string => format({ type: 'content_block_start', index, content_block: type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' } });
    return {
      begin(scripted, { input }) {
        const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: input, output_tokens: 1 } };
        const reasoning = scripted.kind === 'stream' ? scripted.reasoning : undefined;
        const thinking = reasoning ? `${block(0, 'thinking')}${format({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: reasoning } })}${format({ type: 'content_block_stop', index: 0 })}` : '';
        return `${format({ type: 'message_start', message })}${format({ type: 'ping' })}${thinking}${block(1, 'text')}`;
      },
      piece: (text) => format({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text } }),
      end(finish, { output }) {
        if (finish === null) return '';
        const delta = { stop_reason: finish ?? 'end_turn', stop_sequence: null };
        return `${format({ type: 'content_block_stop', index: 1 })}${format({ type: 'message_delta', delta, usage: { output_tokens: output } })}${format({ type: 'message_stop' })}`;
      },
    };
  },
};

export function startScriptedAnthropicServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return startScriptedModelServer(PROTOCOL, options);
}
