import { expect, it } from 'vitest';
import type { CompiledBookV1, TextOrigin } from '#schemas/generated/types.ts';
import { sayFallbacks, sayOrigin, writeStatement } from './provenance-statement.ts';

const manifest: CompiledBookV1 = {
  title: 'The Keeper', author: 'A. Writer', format: 'epub', file_name: 'The Keeper.epub', media_type: 'application/epub+zip', size_bytes: 4096, sha256: '0'.repeat(64), words_in: 2100, words_out: 2100,
  replaced: ['U+0007 BELL was left out'],
  origin: { author: 1701, model_edited: 252, model: 147, models: ['built-in', 'gpt-x'] },
  chapters: [
    { chapter_id: 'c1', title: 'Dusk', edition: 'draft', chosen: 'no-expansion', words: 1100, origin: { author: 1100, model_edited: 0, model: 0 } },
    { chapter_id: 'c2', title: '', edition: 'expansion', chosen: 'edited-expansion', words: 1000, origin: { author: 601, model_edited: 252, model: 147, models: ['gpt-x'] } },
  ],
};

it.each<[TextOrigin, string]>([
  [{ author: 810, model_edited: 120, model: 70 }, 'Written by you 81 %, grown by a model and edited 12 %, by a model 7 %.'],
  [{ author: 10, model_edited: 0, model: 0 }, 'Written by you 100 %.'],
  [{ author: 0, model_edited: 0, model: 9 }, 'Grown by a model 100 %.'],
  [{ author: 0, model_edited: 1, model: 99_999 }, 'Grown by a model and edited under 1 %, by a model over 99 %.'],
  [{ author: 1, model_edited: 1, model: 1 }, 'Written by you 34 %, grown by a model and edited 33 %, by a model 33 %.'],
])('says of %j whose words they are', (origin, sentence) => {
  expect(sayOrigin(origin, 'you')).toBe(sentence);
});

it('names the chapters whose draft stands for an expansion', () => {
  expect(sayFallbacks(manifest)).toBe('No expansion of “Dusk”: the draft is in the file.');
  expect(sayFallbacks({ ...manifest, chapters: manifest.chapters.slice(1) })).toBe('');
  expect(sayFallbacks({ ...manifest, chapters: Array.from({ length: 5 }, () => manifest.chapters[0]!) })).toContain('“Dusk”, “Dusk”, “Dusk” and 2 more');
});

it('is a statement in plain text that a shop’s form can be answered from', () => {
  const text = writeStatement(manifest);
  expect(text).toContain('The Keeper, by A. Writer\n2,100 words in 2 chapters');
  expect(text).toMatch(/Written by the author +1,701 words {2}81 %\nGrown by a model, edited by the author +252 words {2}12 %\nGrown by a model +147 words {2}7 %\nModels: built-in \(rules of Recto’s own, no model\), gpt-x/);
  expect(text).toContain('1. Dusk: 100 % / 0 % / 0 % of 1,100 words; draft (no expansion)\n2. Untitled: 60 % / 25 % / 15 % of 1,000 words; expansion, edited\n');
  expect(text).toContain(`SHA-256: ${'0'.repeat(64)}`);
  expect(text).toContain('- U+0007 BELL was left out');
});
