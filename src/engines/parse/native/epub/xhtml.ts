import { escapeHtml } from '../../items/markup.ts';

/** Elements that have no end in HTML. */
const VOID = new Set([
  'area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr',
]); // prettier-ignore

/**
 * Makes XHTML readable as HTML: an element that XML closes in its own tag, such as `<title/>` or `<a id="x"/>`, would
 * stay open in HTML and take in what follows.
 */
export function htmlOfXhtml(text: string): string {
  return withoutSections(text).replaceAll(
    /<([a-z][\w:.-]*)((?:\s[^<>]*)?)\/>/gi,
    (whole, name: string, attributes: string) =>
      VOID.has(name.toLowerCase()) ? whole : `<${name}${attributes}></${name}>`,
  );
}

/** Text in CDATA sections, which HTML does not know, with its signs escaped. */
function withoutSections(text: string): string {
  const [first = '', ...sections] = text.split('<![CDATA[');
  const parts = sections.map((section) => {
    const end = section.indexOf(']]>');
    const content = end < 0 ? section : section.slice(0, end);
    return escapeHtml(content) + (end < 0 ? '' : section.slice(end + 3));
  });
  return first + parts.join('');
}
