import { useEffect, useRef, useState } from 'react';

export interface Kept {
  /** What stands in the field. */
  value: string;
  onInput(typed: string): void;
  /** Keeps what was typed, if it differs; another device's value can show again. */
  keep(): void;
  /** Forgets what was typed. */
  drop(): void;
}

/**
 * A field whose text is kept when it is left, also when it goes off the screen: browsers tell nobody that a field that is
 * taken away has lost the focus.
 */
export function useKept(value: string, onKeep: (typed: string) => void): Kept {
  const [state, setState] = useState<{ text: string; over: string; editing: boolean } | null>(null);
  const latest = useRef<string | null>(null);
  const save = useRef(onKeep);
  useEffect(() => {
    save.current = onKeep;
  });
  useEffect(
    () => () => {
      if (latest.current !== null) save.current(latest.current);
    },
    [],
  );
  // What was kept goes on standing there until it has come round, so that the old text does not flash.
  const shown = state && (state.editing || state.over === value) ? state.text : value;
  return {
    value: shown,
    onInput(text) {
      latest.current = text;
      setState({ text, over: value, editing: true });
    },
    keep() {
      const text = latest.current;
      latest.current = null;
      if (text === null || text === value) {
        setState(null);
        return;
      }
      setState({ text, over: value, editing: false });
      onKeep(text);
    },
    drop() {
      latest.current = null;
      setState(null);
    },
  };
}
