import { Popover as RadixPopover } from 'radix-ui';
import type { ReactNode } from 'react';
import './menu.css';

interface PopoverProps {
  trigger: ReactNode;
  /** Its accessible name. */
  label: string;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  open?: boolean;
  onOpenChange?(open: boolean): void;
}

/** A small panel beside its button, over the page and never pushing it. */
export function Popover({ trigger, label, children, align = 'end', side = 'bottom', open, onOpenChange }: PopoverProps) {
  return (
    <RadixPopover.Root {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content className="popover" align={align} side={side} sideOffset={6} collisionPadding={8} aria-label={label}>
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}
