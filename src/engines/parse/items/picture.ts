import type { BodyItem, Box } from '../../../model/document.ts';

/** How the bytes of a picture are come by, when they are needed. */
export type PictureSource =
  /** A part of the container that the document is, by its exact name. */
  | { readonly member: string }
  /** At hand, but perhaps still encoded. */
  | { readonly bytes: () => Uint8Array | undefined };

/** A picture in the flow of a document. */
export interface PictureBlock {
  readonly kind: 'image';
  readonly caption: string;
  /** Undefined where the document does not hold the picture, or nobody can take it out. */
  readonly source?: PictureSource | undefined;
  /** Where it stands, when the page has places. */
  readonly box?: Box | undefined;
  /** It stands within a text or behind one, where its caption is: an item only when there is more to tell of it. */
  readonly isWithin?: boolean;
  /** What `ImageSink.save` gave back for the picture. */
  readonly url?: string | undefined;
}

/** The text that was read in a picture, in the picture's place. */
export interface PictureText {
  readonly kind: 'picture-text';
  readonly items: readonly BodyItem[];
  /** Laid out with spaces as in the picture. */
  readonly text: string;
}
