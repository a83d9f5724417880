/** Characters of a document's name that are kept. */
const MAX_NAME_LENGTH = 3000;

/** The name of a document at an address: the last step of its path, or the host where there is none. */
export function nameOfUrl(url: string): string {
  const { pathname, hostname } = new URL(url);
  return cleaned(decoded(pathname.split('/').at(-1) ?? '')) ?? hostname;
}

/**
 * The name that a `Content-Disposition` header gives (RFC 6266): `filename*` before `filename`, without any path.
 * @returns undefined where it gives none
 */
export function nameOfDisposition(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const extended = /(?:^|;)\s*filename\*\s*=\s*(?:UTF-8|ISO-8859-1)'[^']*'([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) {
    const name = cleaned(decoded(extended));
    if (name !== undefined) return name;
  }
  const plain = /(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header);
  const name = plain?.[1]?.replaceAll(/\\(.)/g, '$1') ?? plain?.[2];
  return name === undefined ? undefined : cleaned(utf8OfLatin1(name));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** HTTP libraries read header bytes as Latin-1, while most servers send names in UTF-8. */
function utf8OfLatin1(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const utf8 = bytes.toString('utf8');
  return utf8.includes('\uFFFD') || bytes.toString('latin1') !== text ? text : utf8;
}

/** Without paths and control characters, and short enough; undefined when nothing is left. */
function cleaned(name: string): string | undefined {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const kept = last
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, '')
    .trim()
    .slice(0, MAX_NAME_LENGTH);
  return kept === '' || kept === '.' || kept === '..' ? undefined : kept;
}
