import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useMemo } from 'react';

/** Text, tables and links: nothing that runs, loads, submits or positions itself over the page. */
const ALLOWED = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'select',
    'textarea',
    'iframe',
    'video',
    'audio',
    'img',
    'picture',
    'svg',
    'link',
    'meta',
    'base',
  ],
  FORBID_ATTR: ['style', 'class', 'id', 'name', 'target', 'srcset', 'action', 'tabindex'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

const purifier = DOMPurify(window);
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A' || !node.hasAttribute('href')) return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer nofollow');
});

/** HTML that came out of a document. */
export function SafeHtml({ html, className = '' }: { readonly html: string; readonly className?: string }) {
  const clean = useMemo(() => purifier.sanitize(html, ALLOWED), [html]);
  return <div className={`prose ${className}`} dangerouslySetInnerHTML={{ __html: clean }} />;
}

/** Markdown that came out of a document, with the HTML tables in it. */
export function Markdown({ text }: { readonly text: string }) {
  const html = useMemo(() => marked.parse(text, { async: false, gfm: true }), [text]);
  return <SafeHtml html={html} />;
}
