/** The scripted model server that speaks OpenAI's chat completions. */
import { startScriptedModelServer, type ModelProtocol, type ScriptedServer, type ScriptedServerOptions } from './scripted-model-server.ts';

export { MODEL, type ScriptedAnswer, type ScriptedServer } from './scripted-model-server.ts';

const PROTOCOL: ModelProtocol = {
  readPrompt({ messages = [] }) {
    const contentOf = (role: string): string => messages.filter((message) => message.role === role).map(({ content }) => content).join('\n\n');
    return { system: contentOf('system'), user: contentOf('user') };
  },
  startStream({ model }) {
    const format = (event: unknown): string => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;
    const chunk = (delta: Record<string, unknown>, finish_reason: string | null = null): string =>
      format({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason }] });
    return {
      begin(scripted) {
        if (scripted.kind !== 'stream') return '';
        return `${scripted.reasoning ? chunk({ reasoning_content: scripted.reasoning }) : ''}${scripted.refusal ? chunk({ refusal: scripted.refusal }) : ''}`;
      },
      piece: (content) => chunk({ content }),
      end(finish, { input, output }) {
        const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
        return `${finish === null ? '' : chunk({}, finish ?? 'stop')}${format({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage })}${format('[DONE]')}`;
      },
    };
  },
};

export function startScriptedOpenAiServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return startScriptedModelServer(PROTOCOL, options);
}
