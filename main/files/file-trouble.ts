import { RectoError } from '#schemas/errors.ts';

const WHY: Record<string, string> = {
  ENOENT: 'its folder is not there any more',
  ENOTDIR: 'part of its path is a file',
  EACCES: 'you may not write there',
  EPERM: 'the system does not let Recto write there',
  EROFS: 'that disk is read-only',
  EISDIR: 'there is a folder of this name',
  ENAMETOOLONG: 'its name is too long for that disk',
  EINVAL: 'that disk does not take this name',
  EBUSY: 'another program holds it',
  EIO: 'the disk does not answer',
  ENODEV: 'the disk is gone',
  ENXIO: 'the disk is gone',
  EMFILE: 'too many files are open',
};

/**
 * @param name what the author knows it by
 * @param safe a sentence: what is as it was
 * @returns storage_full, or file_unwritable
 */
export function explainWriteTrouble(name: string, thrown: unknown, safe: string): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RectoError('storage_full', `There is no room for “${name}” on that disk. ${safe} Make room, or choose another place.`, { cause: thrown });
  return new RectoError('file_unwritable', `“${name}” can’t be written: ${WHY[code ?? ''] ?? code ?? message}. ${safe} Choose another place, or try again.`, { cause: thrown });
}

const WHY_UNREADABLE: Record<string, string> = {
  ENOENT: 'it is not there any more',
  ENOTDIR: 'it is not there any more',
  EACCES: 'you may not read it',
  EPERM: 'the system does not let Recto read it',
  EBUSY: 'another program holds it',
  EIO: 'the disk does not answer',
};

/** @returns file_unreadable */
export function explainReadTrouble(name: string, thrown: unknown): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  return new RectoError('file_unreadable', `“${name}” can’t be read: ${WHY_UNREADABLE[code ?? ''] ?? code ?? message}. Nothing was imported.`, { cause: thrown });
}
