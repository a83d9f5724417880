/** Tokens without inner structure, as JSON writes them. */
const SCALAR =
  /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")/uy;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SPACE = /[ \t\n\r]*/y;

/** Thrown at the first character that cannot stand where it does. */
class Fault {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

/**
 * Where a text stops being JSON: the offset of the first character at fault, or undefined for a text that is JSON.
 * Browsers tell this in words of their own, and some not at all.
 */
export function jsonFault(text: string): number | undefined {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const takeSign = (sign: string): boolean => {
    take(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const must = (found: boolean): void => {
    if (!found) throw new Fault(at);
  };
  const list = (end: string, entry: () => void): void => {
    if (takeSign(end)) return;
    do entry();
    while (takeSign(','));
    must(takeSign(end));
  };
  const member = (): void => {
    take(SPACE);
    must(take(STRING));
    must(takeSign(':'));
    value();
  };
  const value = (): void => {
    if (takeSign('{')) list('}', member);
    else if (takeSign('[')) list(']', value);
    else must(take(SCALAR));
  };
  try {
    value();
    take(SPACE);
    return at === text.length ? undefined : at;
  } catch (error) {
    if (error instanceof Fault) return error.at;
    throw error;
  }
}
