import { ContextMenu, DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import './menu.css';

interface MenuAction {
  name: string;
  keys?: string;
  icon?: ReactNode;
  disabled?: boolean;
  /** For one of several choices: whether it is the one. */
  checked?: boolean;
  run(): void;
}

/** Actions, with a line between groups. */
export type MenuGroups = readonly (readonly MenuAction[])[];

type Primitive = typeof DropdownMenu | typeof ContextMenu;

function MenuItems({ groups, primitive: P }: { groups: MenuGroups; primitive: Primitive }) {
  return groups
    .filter((group) => group.length > 0)
    .map((group, index) => (
      <P.Group key={group.map((action) => action.name).join()}>
        {index > 0 && <P.Separator className="menu-line" />}
        {group.map((action) => (
          <MenuEntry key={action.name} action={action} primitive={P} />
        ))}
      </P.Group>
    ));
}

function MenuEntry({ action, primitive: P }: { action: MenuAction; primitive: Primitive }) {
  const inside = (
    <>
      <span className="menu-icon" aria-hidden>
        {action.checked ? '✓' : action.icon}
      </span>
      <span className="menu-name">{action.name}</span>
      {action.keys && <kbd aria-hidden>{action.keys}</kbd>}
    </>
  );
  if (action.checked !== undefined) {
    return (
      <P.CheckboxItem className="menu-item" checked={action.checked} onSelect={action.run}>
        {inside}
      </P.CheckboxItem>
    );
  }
  return (
    <P.Item className="menu-item" disabled={action.disabled ?? false} onSelect={action.run}>
      {inside}
    </P.Item>
  );
}

interface MenuProps {
  trigger: ReactNode;
  groups: MenuGroups;
  label?: string;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  /** Words at its head that are not an action. */
  heading?: ReactNode;
}

// Both stand where they are in the page, not in a portal: in the landmark they belong to, with the page still there for assistive technology.

/** A menu under a button. */
export function Menu({ trigger, groups, align = 'start', side = 'bottom', heading, label }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align={align} side={side} sideOffset={4} collisionPadding={8} {...(label && { 'aria-label': label })}>
        {heading && <DropdownMenu.Label className="menu-heading">{heading}</DropdownMenu.Label>}
        <MenuItems groups={groups} primitive={DropdownMenu} />
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

/** A menu where the pointer is, or by the menu key on what has the focus. */
export function MenuOnContext({ children, groups, label, onOpenChange }: { children: ReactNode; groups: MenuGroups; label: string; onOpenChange?: (open: boolean) => void }) {
  return (
    <ContextMenu.Root modal={false} {...(onOpenChange && { onOpenChange })}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Content className="menu" collisionPadding={8} aria-label={label}>
        <MenuItems groups={groups} primitive={ContextMenu} />
      </ContextMenu.Content>
    </ContextMenu.Root>
  );
}
