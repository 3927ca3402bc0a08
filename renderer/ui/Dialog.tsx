import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import './dialog.css';

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  children: ReactNode;
  size?: 'small' | 'large' | 'wide';
  /** True: nothing but its own buttons closes it, because work is under way. */
  busy?: boolean;
}

/** A dialog that keeps the focus inside and gives it back; Esc closes it. */
export function Dialog({ open, onOpenChange, title, description, children, size = 'small', busy = false }: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
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
          ref={content}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            findFirst(content.current)?.focus();
          }}
          onEscapeKeyDown={hold}
          onPointerDownOutside={hold}
          {...(!description && { 'aria-describedby': undefined })}
        >
          <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
          {description && <RadixDialog.Description className="dialog-description">{description}</RadixDialog.Description>}
          {children}
          {!busy && (
            <RadixDialog.Close asChild>
              <Button kind="quiet" className="icon-button dialog-close" aria-label="Close">
                <X size={16} aria-hidden />
              </Button>
            </RadixDialog.Close>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Where to begin: the first field that is still empty, else the first field, else the dialog itself, which is then read out. */
function findFirst(dialog: HTMLElement | null): HTMLElement | null {
  const fields = [...(dialog?.querySelectorAll<HTMLInputElement>('input:not([type="radio"]), select, textarea') ?? [])];
  return fields.find((field) => field.value === '') ?? fields[0] ?? dialog;
}

/** The buttons at a dialog's foot, the next thing to do last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="dialog-actions">{children}</div>;
}
