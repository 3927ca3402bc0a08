import { useEffect, useRef, type ImgHTMLAttributes } from 'react';
import { observePicture } from '#app/use-cases/observe-picture.ts';
import { useApp } from '#renderer/shell/app-context.ts';

/** A picture of the library, by its id. While it is not here, it is hidden: what is below it shows. */
export function PictureOf({ id, alt, ...rest }: { id: string; alt: string } & Omit<ImgHTMLAttributes<HTMLImageElement>, 'src' | 'hidden'>) {
  const app = useApp();
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    let url = '';
    const seen = observePicture(app, id).subscribe((picture) => {
      URL.revokeObjectURL(url);
      url = picture ? URL.createObjectURL(new Blob([picture.bytes], { type: picture.mediaType })) : '';
      const { current } = image;
      if (!current) return;
      current.hidden = !picture;
      if (picture) current.src = url;
    });
    return () => {
      seen.unsubscribe();
      URL.revokeObjectURL(url);
    };
  }, [app, id]);
  return <img {...rest} alt={alt} ref={image} hidden />;
}
