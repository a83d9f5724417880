import type { PictureSource } from '../../items/picture.ts';

/** Signs of a data URI that are looked at for its head (RFC 2397). */
const LONGEST_HEAD = 200;
/** Signs of an encoded picture: about 64 MB of bytes. */
const LONGEST_DATA = 90_000_000;

/** The picture that an address holds itself; undefined for all other addresses, none of which is ever fetched. */
export function dataUriPicture(address: string | undefined): PictureSource | undefined {
  if (address === undefined || address.length > LONGEST_DATA) return undefined;
  const head = /^\s*data:image\/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*(;base64)?,/i.exec(
    address.slice(0, LONGEST_HEAD),
  );
  if (!head) return undefined;
  const data = () => address.slice(head[0].length);
  return {
    bytes: () => (head[1] === undefined ? percentDecoded(data()) : Buffer.from(data(), 'base64')),
  };
}

function percentDecoded(data: string): Uint8Array {
  const bytes = data.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
