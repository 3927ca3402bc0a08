import type { Ref } from 'react';

/** The system's own dialog for a picture; a `click` on it opens that. */
export function PicturePicker({ ref, onPick }: { ref: Ref<HTMLInputElement>; onPick(file: File): void }) {
  return (
    <input
      type="file"
      accept="image/*"
      hidden
      ref={ref}
      onChange={(event) => {
        const [file] = event.target.files ?? [];
        // The same file can be chosen again.
        event.target.value = '';
        if (file) onPick(file);
      }}
    />
  );
}
