/** What a group of RTF is for, by the word that begins it (RTF 1.9.1, destinations). */
export type Destination =
  'skip' | 'fonts' | 'styles' | 'header' | 'footer' | 'note' | 'box' | 'marker' | 'instruction' | 'picture';

const DESTINATIONS: Readonly<Record<string, Destination>> = {
  fonttbl: 'fonts', stylesheet: 'styles',
  header: 'header', headerl: 'header', headerr: 'header', headerf: 'header',
  footer: 'footer', footerl: 'footer', footerr: 'footer', footerf: 'footer',
  footnote: 'note', shptxt: 'box', listtext: 'marker', pntext: 'marker', fldinst: 'instruction', pict: 'picture',
}; // prettier-ignore

/** Groups that hold no text of the document although nothing marks them as ignorable. */
const SKIPPED = new Set([
  'colortbl', 'info', 'objdata', 'objclass', 'objname', 'themedata', 'colorschememapping', 'listtable',
  'listoverridetable', 'listpicture', 'revtbl', 'rsidtbl', 'generator', 'xmlnstbl', 'filetbl', 'datastore',
  'latentstyles', 'nonshppict', 'shprslt', 'sp', 'sn', 'sv', 'atnid', 'atnauthor', 'annotation', 'atnref', 'atndate',
  'tc', 'tcn', 'xe', 'rxe', 'txe', 'nonesttables', 'nesttableprops', 'bkmkstart', 'bkmkend', 'ftnsep', 'ftnsepc',
  'ftncn', 'aftnsep', 'aftnsepc', 'aftncn', 'template', 'private', 'passwordhash', 'wgrffmtfilter', 'formfield', 'ffdeftext',
]); // prettier-ignore

/** Groups marked as ignorable that hold text nevertheless. */
const SHOWN = new Set(['shpinst', 'shpgrp', 'shppict']);

/** @param ignorable the word stands behind the mark of groups that a reader may ignore */
export function destinationOf(word: string, ignorable: boolean): Destination | undefined {
  const known = DESTINATIONS[word];
  if (known) return known;
  if (SKIPPED.has(word)) return 'skip';
  return ignorable && !SHOWN.has(word) ? 'skip' : undefined;
}

/** Words that stand for a sign. */
export const SIGNS: Readonly<Record<string, string>> = {
  tab: '\t', line: '\n', emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”',
  bullet: '•', emspace: '\u2003', enspace: '\u2002', qmspace: '\u2005', nestcell: '\t', nestrow: '\n',
}; // prettier-ignore

/** Symbols that stand for a sign. */
export const SYMBOLS: Readonly<Record<string, string>> = {
  '~': '\u00a0', _: '\u2011', '\\': '\\', '{': '{', '}': '}', '\t': '\t',
}; // prettier-ignore
