import { imageTypeOf } from '../../artifacts/image-type.ts';
import type { PictureSource } from '../../items/picture.ts';
import { dataUriPicture } from '../pictures/data-uri.ts';

/** A part of a mail that its body may show. */
export interface MailPart {
  readonly contentId: string;
  readonly content: Uint8Array;
}

/** Pictures that the body of a mail shows by their content identifiers (RFC 2392): part of it and no attachments. */
export class InlinePictures {
  readonly #parts: ReadonlyMap<string, Uint8Array>;
  readonly #shown: ReadonlySet<string>;

  /** @param body as markup */
  constructor(body: string, parts: readonly MailPart[]) {
    const named = parts.filter(({ contentId, content }) => contentId !== '' && imageTypeOf(content));
    this.#parts = new Map(named.map(({ contentId, content }) => [plainId(contentId), content]));
    const addresses = named.length === 0 ? [] : body.matchAll(/\bcid:([^\s"'<>)\\]{1,300})/gi);
    this.#shown = new Set(Array.from(addresses, ([, id = '']) => plainId(id)));
  }

  /** Whether the body shows a part. */
  has(contentId: string): boolean {
    const id = plainId(contentId);
    return this.#parts.has(id) && this.#shown.has(id);
  }

  /** The picture that an address in the body leads to: in the mail, or in the address itself. */
  find(address: string): PictureSource | undefined {
    if (!/^\s*cid:/i.test(address)) return dataUriPicture(address);
    const content = this.#parts.get(plainId(address.trim().slice('cid:'.length)));
    return content && { bytes: () => content };
  }
}

function plainId(id: string): string {
  const bare = id.trim().replace(/^<|>$/g, '');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}
