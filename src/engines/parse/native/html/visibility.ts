import type { PictureSource } from '../../items/picture.ts';
import { attributeOf, type Element } from './dom.ts';

/** Contract 7.2, `input_options.html`. */
export interface HtmlOptions {
  readonly makeAllElementsVisible: boolean;
  readonly removeFixedElements: boolean;
  readonly removeNavigationElements: boolean;
}

/** How a page is read. */
export interface HtmlContext {
  readonly html: HtmlOptions;
  readonly annotateLinks: boolean;
  /** The picture that an address leads to inside the document; addresses outside lead to none. */
  readonly picture?: (address: string) => PictureSource | undefined;
}

/** Elements that are never content. */
const NEVER = new Set([
  'script', 'style', 'template', 'noscript', 'head', 'meta', 'link', 'iframe', 'object', 'embed', 'svg', 'canvas',
  'audio', 'video', 'map', 'datalist', 'base', 'frame', 'frameset', 'applet',
]); // prettier-ignore

/** Whether an element, and all inside it, is left out. Styles are read where they stand on the element itself. */
export function isLeftOut(element: Element, options: HtmlOptions): boolean {
  if (NEVER.has(element.tagName)) return true;
  const style = (attributeOf(element, 'style') ?? '').replaceAll(/\s/g, '').toLowerCase();
  if (!options.makeAllElementsVisible && isHidden(element, style)) return true;
  if (options.removeFixedElements && /position:(?:fixed|sticky)/.test(style)) return true;
  return options.removeNavigationElements && isNavigation(element);
}

function isHidden(element: Element, style: string): boolean {
  if (attributeOf(element, 'hidden') !== undefined) return true;
  if (element.tagName === 'input' && attributeOf(element, 'type') === 'hidden') return true;
  return /(?:^|;)(?:display:none|visibility:hidden)/.test(style);
}

function isNavigation(element: Element): boolean {
  const role = attributeOf(element, 'role');
  return (
    element.tagName === 'nav' || element.tagName === 'menu' || role === 'navigation' || role === 'menubar'
  );
}
