import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import './dialog.css';

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  children: ReactNode;
  size?: 'small' | 'large';
  /** True: nothing but its own buttons closes it, because work is under way. */
  busy?: boolean;
}

/** A dialog that keeps the focus inside and gives it back; Esc closes it. */
export function Dialog({ open, onOpenChange, title, description, children, size = 'small', busy = false }: DialogProps) {
  const hold = (event: Event): void => {
    if (busy) event.preventDefault();
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="dialog-scrim" />
        <RadixDialog.Content
          className="dialog"
          data-size={size}
          onEscapeKeyDown={hold}
          onPointerDownOutside={hold}
          {...(!description && { 'aria-describedby': undefined })}
        >
          <header className="dialog-header">
            <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
            {!busy && (
              <RadixDialog.Close asChild>
                <IconButton label="Close" className="dialog-close">
                  <X size={16} aria-hidden />
                </IconButton>
              </RadixDialog.Close>
            )}
          </header>
          {description && <RadixDialog.Description className="dialog-description">{description}</RadixDialog.Description>}
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** The buttons at a dialog's foot, the next thing to do last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="dialog-actions">{children}</div>;
}
