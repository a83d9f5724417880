/** A kind of picture that browsers show. */
export interface ImageType {
  readonly extension: 'png' | 'jpg' | 'gif' | 'webp' | 'bmp' | 'tiff';
  readonly contentType: string;
}

const SIGNATURES: readonly (readonly [signature: string, at: number, type: ImageType])[] = [
  ['\x89PNG\r\n\x1a\n', 0, { extension: 'png', contentType: 'image/png' }],
  ['\xff\xd8\xff', 0, { extension: 'jpg', contentType: 'image/jpeg' }],
  ['GIF8', 0, { extension: 'gif', contentType: 'image/gif' }],
  ['WEBP', 8, { extension: 'webp', contentType: 'image/webp' }],
  ['BM', 0, { extension: 'bmp', contentType: 'image/bmp' }],
  ['II*\0', 0, { extension: 'tiff', contentType: 'image/tiff' }],
  ['MM\0*', 0, { extension: 'tiff', contentType: 'image/tiff' }],
];

/** Tells a picture's type by its first bytes. Vector formats and whatever could carry scripts are undefined. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return SIGNATURES.find(([signature, at]) => head.startsWith(signature, at))?.[2];
}
