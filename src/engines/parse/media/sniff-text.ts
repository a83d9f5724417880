import { extname } from 'node:path';
import { decodeText } from '../containers/text.ts';
import type { Media } from './media.ts';
import { sniffFlatOffice } from './sniff-flat-office.ts';

/** Names that decide between kinds of text; anything else is judged by content. */
const BY_EXTENSION: Readonly<Record<string, Media>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.txt': 'text',
  '.text': 'text',
  '.log': 'text',
  '.vtt': 'subtitles',
  '.srt': 'subtitles',
  '.tex': 'latex',
  '.latex': 'latex',
  '.rst': 'text',
  '.adoc': 'asciidoc',
  '.asciidoc': 'asciidoc',
};

/** The kind of a text, or undefined when it is none. @param head the first bytes of the file */
export function sniffText(head: Uint8Array, fileName: string): Media | undefined {
  const text = decodeText(head, { isHead: true });
  if (text === undefined) return undefined;
  const start = text.replace(/^\ufeff/, '').trimStart();
  const extension = extname(fileName).toLowerCase();
  const office = start.startsWith('<') ? sniffFlatOffice(start) : undefined;
  if (office) return office;
  if (/^<\?xml\b/i.test(start)) return /<html\b/i.test(start.slice(0, 1000)) ? 'html' : 'xml';
  if (/^(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(start)) return 'html';
  if (/^WEBVTT(?:[ \t\n\r]|$)/.test(start) || SUBRIP.test(start)) return 'subtitles';
  const byName = BY_EXTENSION[extension];
  if (byName) return byName;
  if (/^\\documentclass\b/m.test(start.slice(0, 4000))) return 'latex';
  if (isMail(start)) return 'eml';
  if (/^<(?:!doctype\b|!--|[a-z_][\w.:-]*(?:[\s/>]))/i.test(start))
    return isHtmlFragment(start, extension) ? 'html' : 'xml';
  if (/^[[{]/.test(start) && isJson(start, extension)) return 'json';
  return looksLikeTable(start) ? 'csv' : 'text';
}

/** The first cue of SubRip: its number, then its time. */
const SUBRIP = /^\d+[ \t]*\r?\n\d{2}:\d{2}:\d{2},\d{3}[ \t]+-->/;

const MAIL_FIELDS =
  /^(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|mime-version|x-[\w-]+|content-type|dkim-signature|reply-to|sender)$/i;

/** RFC 5322: fields first, and among the first few at least two that mail has. */
function isMail(text: string): boolean {
  const lines = text.replace(/^From .*\r?\n/, '').split(/\r?\n/, 30);
  let fields = 0;
  for (const line of lines) {
    if (line === '') break;
    if (/^[ \t]/.test(line)) continue;
    const name = /^([!-9;-~]+):/.exec(line)?.[1];
    if (name === undefined) return false;
    if (MAIL_FIELDS.test(name)) fields += 1;
  }
  return (
    fields >= 2 && /^(?:from|received|message-id|mime-version|return-path|date):/im.test(text.slice(0, 4000))
  );
}

const HTML_TAG =
  /^<(?:p|div|span|table|tr|td|h[1-6]|ul|ol|li|dl|br|hr|a|b|i|em|strong|font|center|pre|blockquote|form|img|section|article|main|nav|header|footer|aside|figure|meta|link|style|script|title)[\s/>]/i;

/** Elements of DocBook and JATS, which share names such as `article` and `section` with HTML. */
const OTHER_VOCABULARY = /<(?:para|simpara|front|article-meta|articleinfo|bookinfo|info|sec|sect[1-5])[\s>]/i;

/** A page without its frame begins with an element of HTML; the type that a document declares is another one's. */
function isHtmlFragment(text: string, extension: string): boolean {
  if (extension === '.html' || extension === '.htm') return true;
  const start = text.replace(/^(?:<!--[\s\S]*?-->\s*)+/, '');
  return extension !== '.xml' && HTML_TAG.test(start) && !OTHER_VOCABULARY.test(start.slice(0, 4000));
}

/** The head of a JSON file cannot be parsed, so its first signs decide, unless its name says so. */
function isJson(text: string, extension: string): boolean {
  return (
    extension === '.json' ||
    /^(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(?:[[{"]|-?\d[\d.eE+-]*\s*,|true\b|false\b|null\b))/.test(
      text,
    )
  );
}

const FEWEST_ROWS = 3;

/** Several lines that one sign cuts into the same number of cells. */
function looksLikeTable(text: string): boolean {
  const lines = text
    .split(/\r?\n/, 20)
    .filter((line) => line.trim() !== '')
    .slice(0, -1);
  if (lines.length < FEWEST_ROWS) return false;
  return [',', ';', '\t', '|'].some((sign) => {
    const counts = lines.map((line) => line.replaceAll(/"[^"]*"/g, '').split(sign).length);
    return (counts[0] ?? 0) >= 3 && counts.every((count) => count === counts[0]);
  });
}
