/**
 * What the system would draw around a page, as plain pages of HTML: the window's frame, menus, questions. The stand-in
 * has them as data and draws nothing; these drawings show what they say, not how a system sets them.
 */
import type { MenuItem, MenuItemConstructorOptions } from 'electron';
import type { System } from '#main/menu-keys.ts';
import type { MainModule } from './desktop-program.ts';
import { roleOf } from './role-names.ts';

export interface DrawnItem {
  label: string;
  keys: string;
  kind: 'normal' | 'separator' | 'checked';
  enabled: boolean;
  items: DrawnItem[];
}

/** Items of a template of main's, with what Electron adds to a role. */
export function readTemplate(template: readonly MenuItemConstructorOptions[], system: System): DrawnItem[] {
  return template
    .filter(({ visible }) => visible !== false)
    .map(({ type, label, role, accelerator, enabled = true, checked = false, submenu }) => {
      const meaning = role === undefined ? null : roleOf(role, system);
      const inside = Array.isArray(submenu) ? submenu : (meaning?.submenu ?? []);
      const keys = accelerator ?? meaning?.accelerator;
      return { label: showLabel(label ?? meaning?.label ?? ''), keys: typeof keys === 'string' ? showKeys(keys, system) : '', kind: kindOf(type, checked), enabled, items: readTemplate(inside, system) };
    });
}

/** Runs in main; whole in itself. @returns the context menu that is open; null: there is none */
export function readContextMenu(_electron: MainModule): Pick<MenuItem, 'label' | 'type' | 'enabled'>[] | null {
  const { rectoTest } = globalThis as unknown as { rectoTest: { popup: { items: MenuItem[] } | null } };
  return rectoTest.popup?.items.map(({ label, type, enabled }) => ({ label, type, enabled })) ?? null;
}

export function readItems(items: readonly Pick<MenuItem, 'label' | 'type' | 'enabled'>[]): DrawnItem[] {
  return items.map(({ label, type, enabled }) => ({ label: showLabel(label), keys: '', kind: kindOf(type, false), enabled, items: [] }));
}

const kindOf = (type: string | undefined, checked: boolean): DrawnItem['kind'] => (type === 'separator' ? 'separator' : checked ? 'checked' : 'normal');

/** In a label '&' underlines what follows it. */
const showLabel = (label: string): string => label.replaceAll('&&', '\0').replaceAll('&', '').replaceAll('\0', '&');

const SIGNS: Readonly<Record<string, string>> = { CmdOrCtrl: '⌘', CommandOrControl: '⌘', Command: '⌘', Cmd: '⌘', Ctrl: '⌃', Control: '⌃', Alt: '⌥', Option: '⌥', Shift: '⇧', Enter: '↩', Up: '↑', Down: '↓', Plus: '+' };
const WORDS: Readonly<Record<string, string>> = { CmdOrCtrl: 'Ctrl', CommandOrControl: 'Ctrl', Control: 'Ctrl', Plus: '+', PageDown: 'Page Down', PageUp: 'Page Up' };

function showKeys(accelerator: string, system: System): string {
  const parts = accelerator.split('+');
  if (system !== 'macOS') return parts.map((part) => WORDS[part] ?? part).join('+');
  const order = ['⌃', '⌥', '⇧', '⌘'];
  const signs = parts.map((part) => SIGNS[part] ?? part);
  const held = signs.filter((sign) => order.includes(sign)).toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  return [...held, ...signs.filter((sign) => !order.includes(sign))].join('');
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function drawItem({ label, keys, kind, enabled, items }: DrawnItem): string {
  if (kind === 'separator') return '<hr>';
  const end = items.length > 0 ? '<i>›</i>' : `<kbd>${escape(keys)}</kbd>`;
  return `<li class="${enabled ? '' : 'off'}"><b>${kind === 'checked' ? '✓' : ''}</b><span>${escape(label)}</span>${end}</li>`;
}

export const drawMenu = (items: readonly DrawnItem[]): string => `<ul class="menu">${items.map(drawItem).join('')}</ul>`;

/** A menu and, below its items, what opens from them. */
function drawColumn({ label, items }: DrawnItem): string {
  const inner = items.filter((item) => item.items.length > 0).map((item) => `<h2>${escape(item.label)}</h2>${drawMenu(item.items)}`);
  return `<section><h1>${escape(label)}</h1>${drawMenu(items)}${inner.join('')}</section>`;
}

/** Every menu of the bar, open. */
export const drawMenus = (menus: readonly DrawnItem[]): string => drawPage(`<main class="sheet columns">${menus.map(drawColumn).join('')}</main>`);

export interface DrawnWindow {
  title: string;
  menus: readonly DrawnItem[];
  /** A PNG of the page. */
  page: Buffer;
  /** What stands over the page, and where; null: in its middle. */
  over?: { html: string; at: { x: number; y: number } | null };
}

export function drawWindow({ title, menus, page, over }: DrawnWindow): string {
  const place = over?.at ? `style="left:${over.at.x}px;top:${over.at.y}px"` : 'class="middle"';
  return drawPage(
    `<main class="sheet"><div class="window"><header>${escape(title)}<span><s></s><s></s><s></s></span></header><nav>${menus.map(({ label }) => `<span>${escape(label)}</span>`).join('')}</nav>
    <div class="page"><img alt="" src="data:image/png;base64,${page.toString('base64')}">${over ? `<div ${place}>${over.html}</div>` : ''}</div></div></main>`,
  );
}

/** A question of the system's, its buttons in main's order from the right, as on Linux and a Mac. */
export function drawQuestion({ message, detail, buttons }: { message: string; detail: string; buttons: readonly string[] }): string {
  return `<section class="question"><h1>${escape(message)}</h1><p>${escape(detail).replaceAll('\n', '<br>')}</p><footer>${buttons.map((label) => `<button>${escape(showLabel(label))}</button>`).join('')}</footer></section>`;
}

/** Sheets of paper side by side. */
export const drawSheets = (pages: readonly Buffer[]): string =>
  drawPage(`<main class="sheet papers">${pages.map((page) => `<img alt="" src="data:image/png;base64,${page.toString('base64')}">`).join('')}</main>`);

const STYLE = `
  * { box-sizing: border-box; margin: 0; padding: 0; }
  body { background: #e4e1da; color: #26231f; font: 13px/1.4 'Cantarell', 'Noto Sans', 'DejaVu Sans', system-ui, sans-serif; }
  .sheet { display: inline-flex; padding: 28px; }
  .columns { gap: 18px; align-items: flex-start; }
  .columns h1 { font-size: 13px; font-weight: 600; padding: 0 12px 6px; }
  .columns h2 { font-size: 12px; font-weight: 400; color: #6b655c; padding: 12px 12px 4px; }
  .menu { list-style: none; background: #fdfcfa; border: 1px solid #c9c4ba; border-radius: 6px; padding: 5px 0; box-shadow: 0 6px 18px #0000001f; min-width: 190px; }
  .menu li { display: flex; gap: 8px; padding: 4px 14px 4px 8px; white-space: nowrap; }
  .menu b { width: 14px; font-weight: 400; }
  .menu span { flex: 1; padding-right: 26px; }
  .menu kbd, .menu i { font: inherit; color: #6b655c; }
  .menu .off, .menu .off kbd { color: #a8a298; }
  .menu hr { border: 0; border-top: 1px solid #e3dfd6; margin: 5px 0; }
  .window { border-radius: 9px; overflow: hidden; box-shadow: 0 12px 40px #00000038; background: #f4f2ee; width: max-content; }
  .window header { position: relative; text-align: center; font-weight: 600; padding: 9px; background: #ece9e3; }
  .window header span { position: absolute; right: 12px; top: 12px; display: flex; gap: 8px; }
  .window header s { width: 12px; height: 12px; border-radius: 50%; background: #c9c4ba; }
  .window nav { display: flex; gap: 18px; padding: 5px 14px; border-bottom: 1px solid #dcd8cf; }
  .page { position: relative; }
  .page img { display: block; }
  .page > div { position: absolute; }
  .page > .middle { inset: 0; display: grid; place-items: center; background: #0000002e; }
  .question { width: 440px; background: #fdfcfa; border-radius: 10px; box-shadow: 0 12px 40px #00000047; padding: 24px; }
  .question h1 { font-size: 15px; font-weight: 600; margin-bottom: 8px; }
  .question p { color: #4b463e; }
  .question footer { display: flex; flex-direction: row-reverse; gap: 10px; margin-top: 20px; }
  .question button { font: inherit; padding: 6px 18px; border: 1px solid #c9c4ba; border-radius: 6px; background: #f4f2ee; }
  .papers { gap: 28px; }
  .papers img { background: #fff; box-shadow: 0 4px 16px #00000029; }
`;

const drawPage = (body: string): string => `<!doctype html><html lang="en"><meta charset="utf-8"><style>${STYLE}</style><body>${body}</body></html>`;
