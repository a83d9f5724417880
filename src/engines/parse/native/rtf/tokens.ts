/** A piece of RTF. `text` and `byte` are bytes of the code page in force, one sign each. */
export type RtfToken =
  | { readonly kind: 'open' | 'close' | 'ignorable' }
  | { readonly kind: 'word'; readonly name: string; readonly value: number | undefined }
  | { readonly kind: 'symbol'; readonly sign: string }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'text'; readonly text: string }
  /** Bytes of a picture or object as they are, one sign each. */
  | { readonly kind: 'raw'; readonly bytes: string };

/** Cuts RTF into its pieces. @param source the file's bytes, one sign each (latin1) */
export function* rtfTokens(source: string): Generator<RtfToken> {
  const pattern = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^])|([{}])|[\r\n]+|[^\\{}\r\n]+|\\$/giy;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const [whole, name, value, hex, symbol, brace] = match;
    if (name !== undefined) {
      const number = value === undefined ? undefined : Number(value);
      // Raw bytes follow, which may look like anything.
      if (name === 'bin') {
        const end = pattern.lastIndex + Math.max(0, number ?? 0);
        yield { kind: 'raw', bytes: source.slice(pattern.lastIndex, end) };
        pattern.lastIndex = end;
      } else yield { kind: 'word', name, value: number };
    } else if (hex !== undefined) yield { kind: 'byte', byte: Number.parseInt(hex, 16) };
    else if (symbol !== undefined)
      yield symbol === '*' ? { kind: 'ignorable' } : { kind: 'symbol', sign: symbol };
    else if (brace !== undefined) yield { kind: brace === '{' ? 'open' : 'close' };
    else if (!/^[\r\n\\]/.test(whole)) yield { kind: 'text', text: whole };
  }
}
