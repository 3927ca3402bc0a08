/** In the data folder while a backup is put back: half the files are the old ones and half the new, and no server starts. */
export const RESTORING = 'restoring';
