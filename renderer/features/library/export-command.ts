/** The same in a browser and on the desktop; how it is done is theirs. */
export const EXPORT_EVERYTHING = { id: 'export.everything', name: 'Export everything', group: 'Library', key: 'Alt+Shift+E', keywords: ['markdown', 'folder', 'json', 'archive', 'zip'] };
