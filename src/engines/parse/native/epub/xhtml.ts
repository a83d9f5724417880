/** Elements that have no end in HTML. */
const VOID = new Set([
  'area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr',
]); // prettier-ignore

/**
 * Makes XHTML readable as HTML: an element that XML closes in its own tag, such as `<title/>` or `<a id="x"/>`, would
 * stay open in HTML and take in what follows.
 */
export function htmlOfXhtml(text: string): string {
  return text
    .replaceAll(/<([a-z][\w:.-]*)((?:\s[^<>]*)?)\/>/gi, (whole, name: string, attributes: string) =>
      VOID.has(name.toLowerCase()) ? whole : `<${name}${attributes}></${name}>`,
    )
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, content: string) =>
      content.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    );
}
