import { useFileLink } from '../../api/documents.ts';
import { localLink } from '../../api/client.ts';
import type { ParseResult } from '../../api/wire.ts';

/** How a page can be shown. */
export type Picture =
  | { readonly kind: 'pdf'; readonly url: string }
  | { readonly kind: 'image'; readonly url: string }
  /** Nothing but the boxes of what was read. */
  | { readonly kind: 'outline'; readonly why: string };

/** What every browser draws by itself. */
const DRAWN = /\.(?:png|jpe?g|gif|webp|bmp|avif)$/i;

/** The best picture there is of a page: the document itself where the browser can draw it, else a saved screenshot. */
export function usePicture(
  name: string,
  fileId: string | undefined,
  result: ParseResult | undefined,
  page: number,
): Picture {
  const link = useFileLink(fileId);
  const screenshot = screenshotOf(result, page);
  if (link.data !== undefined && /\.pdf$/i.test(name)) return { kind: 'pdf', url: link.data };
  if (link.data !== undefined && DRAWN.test(name)) return { kind: 'image', url: link.data };
  if (screenshot !== undefined) return { kind: 'image', url: localLink(screenshot) };
  if (link.isLoading) return { kind: 'outline', why: 'Loading the document …' };
  if (fileId === undefined || link.isError)
    return { kind: 'outline', why: 'The document itself is no longer here.' };
  return { kind: 'outline', why: 'Browsers cannot draw this kind; this is its outline.' };
}

function screenshotOf(result: ParseResult | undefined, page: number): string | undefined {
  const images =
    result?.images_content_metadata?.images.filter(({ category }) => category === 'screenshot') ?? [];
  const named = images.find(({ filename }) => Number(/(\d+)\.\w+$/.exec(filename)?.[1]) === page);
  return named?.presigned_url ?? undefined;
}
