import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** axe finds nothing on the screen as it is. @param screen what it is called where something is found */
export async function expectNoViolations(page: Page, screen: string): Promise<void> {
  // Its other mode opens a blank window for its sums, and the desktop program opens none for anybody. Recto has no frames that it would be needed for.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`), screen).toEqual([]);
}
