/** Which bytes of a resource are sent. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const SINGLE = /^bytes=(\d*)-(\d*)$/i;

/**
 * The part that a `Range` header asks for (RFC 9110 section 14). A header of another form, with several ranges for
 * example, counts as absent, which the RFC allows.
 * @returns undefined for the whole; `unsatisfiable` when no byte is there
 */
export function requestedRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = SINGLE.exec(header?.replaceAll(/\s/g, '') ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? Infinity : Number(last);
  if (end < offset) return undefined;
  if (offset >= size) return 'unsatisfiable';
  return { offset, length: Math.min(end, size - 1) - offset + 1 };
}
