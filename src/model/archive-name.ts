const ENDINGS = /\.(?:md|txt|json)$/i;
/** Names that Windows keeps for devices, whatever follows the first dot. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** A part of a path; with an ending and a number it stays below the 255 bytes of file systems. */
const MAX_PART_BYTES = 180;
const MAX_PARTS = 16;

/**
 * Gives every document of an archive a path of its own that is safe to unpack anywhere: relative, without `..`, without
 * characters that a file system refuses, and different from all others also where case does not count. The caller
 * adds `.md`, `.txt` or `.json`.
 */
export class ArchiveNames {
  readonly #used = new Map<string, number>();

  /** @param displayName as a stranger chose it */
  next(displayName: string): string {
    const path = safePath(displayName);
    for (;;) {
      const key = keyOf(path);
      const times = this.#used.get(key) ?? 0;
      this.#used.set(key, times + 1);
      if (times === 0) return path;
      const numbered = `${path} (${times + 1})`;
      if (this.#used.has(keyOf(numbered))) continue;
      this.#used.set(keyOf(numbered), 1);
      return numbered;
    }
  }
}

function keyOf(path: string): string {
  return path.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFC');
}

function safePath(displayName: string): string {
  // Half a surrogate pair cannot be encoded; passing through UTF-8 replaces it.
  const parts = Buffer.from(displayName)
    .toString()
    .normalize('NFC')
    .split(/[/\\]/)
    .map(safePart)
    .filter((part) => part !== '')
    .slice(-MAX_PARTS);
  const name = parts.pop() ?? 'document';
  // A folder must not be called what a document's result is.
  const folders = parts.map((part) => (ENDINGS.test(part) ? `${part}_` : part));
  return [...folders, name].join('/');
}

function safePart(part: string): string {
  const clean = part
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/gu, '_')
    .trim()
    .replace(/[. ]+$/, '');
  const short = cut(clean).replace(/[. ]+$/, '');
  return DEVICES.test(short) ? `_${short}` : short;
}

/** Cuts between characters, before the extension. */
function cut(part: string): string {
  if (Buffer.byteLength(part) <= MAX_PART_BYTES) return part;
  const extension = /\.[A-Za-z0-9]{1,16}$/.exec(part)?.[0] ?? '';
  let kept = '';
  let room = MAX_PART_BYTES - extension.length;
  for (const character of part) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + extension;
}
