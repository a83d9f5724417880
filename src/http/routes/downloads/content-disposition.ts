/** Longest name that file systems hold, in bytes; a longer header would also break clients. */
const MAX_NAME_BYTES = 255;

/**
 * `Content-Disposition` that saves a download under the name, whatever is in it: in ASCII for old clients, and in full
 * for the others (RFC 6266, RFC 8187).
 */
export function attachmentNamed(name: string): string {
  // Half a surrogate pair cannot be encoded; passing through UTF-8 replaces it.
  const kept = shortened(Buffer.from(name).toString());
  const ascii = kept.replaceAll(/[^\x20-\x7e]|["\\%/]/gu, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${percentEncoded(kept)}`;
}

/** `encodeURIComponent` leaves four characters as they are that the RFC does not. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Cuts a long name before its extension. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const extension = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? '';
  let kept = '';
  let room = MAX_NAME_BYTES - extension.length;
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + extension;
}
