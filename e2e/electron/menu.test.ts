import { expect, it, vi } from 'vitest';
import { MenuStandIn } from './menu.ts';

it('clicks what was given, with the item, and not what is grey', () => {
  const click = vi.fn<(item: unknown) => void>();
  const [plain, grey] = MenuStandIn.buildFromTemplate([{ label: 'New Book…', click }, { label: 'Print…', enabled: false, click }]).items;
  plain!.click();
  grey!.click();
  expect(click).toHaveBeenCalledTimes(1);
  expect(click.mock.calls[0]![0]).toBe(plain);
});

it('turns a checkbox over, and lets one of neighbouring radios be on', () => {
  const { items } = MenuStandIn.buildFromTemplate([
    { label: 'Focus', type: 'checkbox' },
    { label: 'Day', type: 'radio', checked: true },
    { label: 'Night', type: 'radio' },
    { type: 'separator' },
    { label: 'Other', type: 'radio', checked: true },
  ]);
  items[0]!.click();
  items[2]!.click();
  expect(items.map(({ checked }) => checked)).toEqual([true, false, true, false, true]);
});

it('gives a role its label and its items, and finds an item by id however deep', () => {
  const menu = MenuStandIn.buildFromTemplate([{ role: 'editMenu' }, { label: 'File', submenu: [{ id: 'new', label: 'New' }] }]);
  expect(menu.items[0]!.label).toBe('Edit');
  expect(menu.items[0]!.submenu!.items.map(({ label }) => label)).toContain('Paste');
  expect(menu.getMenuItemById('new')!.label).toBe('New');
  expect(menu.getMenuItemById('gone')).toBeNull();
});

it('says by name what it has not', () => {
  const menu = new MenuStandIn() as unknown as { popUpContextually(): void };
  expect(() => menu.popUpContextually()).toThrow('The stand-in has no Menu.popUpContextually');
});
