import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Tooltip } from './Tooltip.tsx';
import './button.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one thing to do next. quiet: no edge until it is pointed at. */
  kind?: 'plain' | 'primary' | 'quiet';
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'plain', type = 'button', className = '', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={`button ${className}`} data-kind={kind} />;
}

interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  /** Its name, shown when it is pointed at. */
  label: string;
  /** As people read it: 'Ctrl+K'. */
  keys?: string;
  children: ReactNode;
}

export function IconButton({ label, keys, children, className = '', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys && { keys })}>
      <Button kind="quiet" {...rest} className={`icon-button ${className}`} aria-label={label}>
        {children}
      </Button>
    </Tooltip>
  );
}
