import { expect, it } from 'vitest';
import { ANTHROPIC, withProvider } from './with-provider.ts';

const ollama = { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.2', contextTokens: 8192, temperature: 0.5, price: { input: 1, output: 2 }, budget: 5 } as const;

it('another provider has its own address, and nothing of the one before but what is the author’s own wish', () => {
  expect(withProvider(ollama, 'anthropic')).toEqual({ provider: 'anthropic', baseUrl: ANTHROPIC, temperature: 0.5, budget: 5 });
  expect(withProvider({ provider: 'anthropic', baseUrl: ANTHROPIC, model: 'claude' }, 'openai-compatible')).toEqual({ provider: 'openai-compatible' });
});

it('the built-in one leaves the others’ settings for when they are chosen again', () => {
  const away = withProvider(ollama, 'built-in');
  expect(away).toEqual({ ...ollama, provider: 'built-in' });
  expect(withProvider(away, 'openai-compatible')).toEqual(ollama);
  const gateway = { provider: 'built-in', baseUrl: 'https://gateway.example.org/v1', model: 'claude' } as const;
  expect(withProvider(gateway, 'built-in')).toEqual(gateway);
});
