import type { Box, ImageItem } from '../../../model/document.ts';

/**
 * A picture. Without a file or data URI to lead to, it is told by its caption and its place alone.
 * @param url what the picture's link leads to
 */
export function imageItem(caption: string, url?: string, boxes: readonly Box[] = []): ImageItem {
  const label = caption.replace(/\s+/g, ' ').replace(/[[\]\\]/g, '\\$&');
  const md = url === undefined ? caption : `![${label}](${url})`;
  return { type: 'image', caption, url: url ?? '', md, boxes };
}
