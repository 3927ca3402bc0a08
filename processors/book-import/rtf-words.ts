/** What control words of RTF stand for, as far as a manuscript needs them. */

/** Characters. */
export const SIGNS: Readonly<Record<string, string>> = {
  emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•',
  tab: ' ', emspace: '\u2003', enspace: '\u2002', qmspace: '\u2005', line: '\n', '\n': '', '\r': '',
  '~': '\u00A0', _: '\u2011', '-': '', '\\': '\\', '{': '{', '}': '}', zwj: '\u200D', zwnj: '\u200C', ltrmark: '\u200E', rtlmark: '\u200F',
};

export const ENDS_OF_PARAGRAPHS: ReadonlySet<string> = new Set(['par', 'sect', 'page', 'cell', 'row', 'nestcell', 'nestrow', '\n', '\r']);

/** Groups whose text is none of the author's, but for those that begin with `\*`, which are all left out unless known. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['colortbl', 'stylesheet', 'pict', 'header', 'headerl', 'headerr', 'headerf', 'footer', 'footerl', 'footerr', 'footerf', 'listtable', 'listoverridetable', 'revtbl', 'rsidtbl', 'generator', 'xe', 'tc', 'nonshppict', 'object', 'filetbl', 'themedata', 'colorschememapping', 'latentstyles', 'datastore', 'NeXTGraphic', 'expandedcolortbl']);

/** Encodings by a font's `\fcharset` (the specification's table of character sets), where they aren't the document's. */
const CHARSETS: Readonly<Record<number, string>> = { 77: 'macintosh', 128: 'shift_jis', 129: 'euc-kr', 134: 'gbk', 136: 'big5', 161: 'windows-1253', 162: 'windows-1254', 163: 'windows-1258', 177: 'windows-1255', 178: 'windows-1256', 186: 'windows-1257', 204: 'windows-1251', 222: 'windows-874', 238: 'windows-1250' };

const CODE_PAGES: Readonly<Record<number, string>> = { 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 10000: 'macintosh', 10007: 'x-mac-cyrillic', 65001: 'utf-8', 874: 'windows-874', 866: 'ibm866' };

export function encodingOfCharset(charset: number): string | undefined {
  return CHARSETS[charset];
}

export function encodingOfCodePage(page: number): string {
  return CODE_PAGES[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
}
