import { describe, expect, it } from 'vitest';
import { readPresetFile, writePresetFile } from './preset-file.ts';

describe('a preset’s file', () => {
  it('comes back as it was, without the chapters of the book that it was made in', () => {
    const preset = { name: 'For “the” printer', format: 'docx' as const, edition: 'expansion' as const, layout: { style: 'editors' as const, fields: { isbn: '978-0' } } };
    expect(readPresetFile(writePresetFile({ ...preset, chapter_ids: ['c'] } as typeof preset))).toEqual(preset);
  });

  it.each([
    ['nothing', '', 'import_damaged'],
    ['no JSON', 'Once upon a time', 'import_damaged'],
    ['a list', '[1]', 'import_unsupported'],
    ['another program’s', '{"name": "x"}', 'import_unsupported'],
    ['a newer Recto’s', '{"recto_preset": 2}', 'import_unsupported'],
    ['one without a name', '{"recto_preset": 1, "format": "epub", "layout": {}}', 'import_damaged'],
    ['one of an unknown format', '{"recto_preset": 1, "name": "x", "format": "exe", "layout": {}}', 'import_damaged'],
    ['one with a wrong layout', '{"recto_preset": 1, "name": "x", "format": "epub", "layout": {"scene_break": 7}}', 'import_damaged'],
  ])('that is %s is refused with a sentence', (_name, text, code) => {
    expect(() => readPresetFile(text)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(/Nothing was changed\.$|nothing was changed\.$/) }));
  });
});
