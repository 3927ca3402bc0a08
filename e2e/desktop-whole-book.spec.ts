/** kill -9 in the middle of expanding a whole book: the next start goes on where it was, and no passage is paid for twice. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '../processors/ai-service/test-support/scripted-openai-server.ts';
import { chapterItem, expansion, importFile, useModelServer, waitForSaved } from './desk.ts';
import { expect, test } from './fixtures.ts';

const CHAPTERS = 6;
const PASSAGES = 3;
/** Some chapters are done by then, one is in the middle of it, and others wait. */
const KILLED_AT = 2 * PASSAGES + 2;

/** Long enough to be a passage of its own, and like no other. */
function writePassage(chapter: number, passage: number): string {
  return Array.from({ length: 6 }, (_, line) => `In part ${passage} of chapter ${chapter} the keeper counted step ${line} and heard the wind at the glass.`).join(' ');
}

/** How often the server was asked for each passage. */
function countAsked({ requests }: ScriptedServer): Map<string, number> {
  const asked = new Map<string, number>();
  for (const { body } of requests) {
    const passage = /<passage>\n([\s\S]*?)\n<\/passage>/.exec(body.messages?.at(-1)?.content ?? '')?.[1] ?? '';
    asked.set(passage, (asked.get(passage) ?? 0) + 1);
  }
  return asked;
}

test('a whole book goes on where it was after kill -9, and asks for no passage twice but the one that was on its way', async ({ newDesktop }) => {
  const model = await startScriptedOpenAiServer();
  const desktop = newDesktop();
  try {
    let page = await desktop.open();
    const file = join(desktop.home, 'the-keeper.md');
    const chapters = Array.from({ length: CHAPTERS }, (_, chapter) => `# Night ${chapter}\n\n${Array.from({ length: PASSAGES }, (_, passage) => writePassage(chapter, passage)).join('\n\n')}`);
    writeFileSync(file, chapters.join('\n\n'));
    await importFile(page, file);
    await chapterItem(page, 'Night 0').first().waitFor();
    await waitForSaved(page);
    await useModelServer(page, { url: model.url, model: MODEL });

    model.otherwise({ kind: 'stream', pauseMs: 15 });
    await page.getByRole('button', { name: 'Expand the whole book' }).click();
    await expect(page.getByText(/tokens go to the model/)).toBeVisible();
    await page.getByRole('button', { name: `Expand ${CHAPTERS} chapters` }).click();
    await model.received(KILLED_AT);
    await desktop.killMain();
    expect(model.requests.length, 'it was killed in the middle').toBeLessThan(CHAPTERS * PASSAGES);

    model.otherwise({ kind: 'stream' });
    page = await desktop.open();
    await expect(page.getByText(`${CHAPTERS} chapters are expanded.`).first()).toBeVisible({ timeout: 60_000 });
    const asked = countAsked(model);
    expect(asked.size).toBe(CHAPTERS * PASSAGES);
    const twice = [...asked].filter(([, times]) => times > 1);
    expect(twice.length, `asked for twice: ${twice.map(([passage]) => passage.slice(0, 60)).join(' | ')}`).toBeLessThanOrEqual(1);
    expect(Math.max(...asked.values())).toBeLessThanOrEqual(2);

    await page.keyboard.press('ControlOrMeta+Alt+o');
    const did = page.getByRole('list', { name: 'What Text expansion did' });
    await did.getByRole('link', { name: `Night ${CHAPTERS - 1}` }).click();
    await expect(expansion(page)).toContainText('The scripted model adds a slow and quiet sentence here.', { timeout: 20_000 });
  } finally {
    await model.close();
  }
});
