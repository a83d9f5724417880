import type { Media } from '../media/media.ts';

/** Kinds of file that LiteParse itself reads. */
export const LITE_MEDIA = [
  'pdf',
  'png',
  'jpeg',
  'tiff',
  'webp',
  'gif',
  'bmp',
] as const satisfies readonly Media[];
export type LiteMedia = (typeof LITE_MEDIA)[number];
