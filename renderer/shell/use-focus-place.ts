import { useEffect, useRef, type RefObject } from 'react';

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), [tabindex="0"]';

/**
 * Keeps the keyboard's place on a page whose buttons go when they have done their work: the focus goes to what now
 * stands where the one that went stood, not to the top of the window.
 */
export function useFocusPlace<E extends HTMLElement>(): RefObject<E | null> {
  const page = useRef<E>(null);
  useEffect(() => {
    const home = page.current;
    if (!home) return undefined;
    let last: { element: Element; index: number } | null = null;
    const list = (): HTMLElement[] => [...home.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const onFocus = (event: FocusEvent): void => {
      last = event.target instanceof HTMLElement ? { element: event.target, index: list().indexOf(event.target) } : null;
    };
    const observer = new MutationObserver(() => {
      if (!last || last.element.isConnected || (document.activeElement !== document.body && document.activeElement !== null)) return;
      const left = list();
      const next = left[Math.min(last.index, left.length - 1)] ?? home;
      last = null;
      next.focus();
    });
    home.addEventListener('focusin', onFocus);
    observer.observe(home, { childList: true, subtree: true });
    return () => {
      home.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, []);
  return page;
}
