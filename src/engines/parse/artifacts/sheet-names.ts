/** Characters that a sheet's name may have (ECMA-376 18.2.19; the signs are refused by Excel). */
const LONGEST_NAME = 31;
const REFUSED = /[\\/?*[\]:\p{Cc}]+/gu;

/** Gives each sheet of a workbook a name that no other has, upper and lower case being the same. */
export class SheetNames {
  readonly #taken = new Set<string>();

  /** @param wish text near the table; the name is `fallback` where nothing of it may stand in a name */
  next(wish: string | undefined, fallback: string): string {
    // An apostrophe may stand neither first nor last, and `History` is Excel's own.
    const wished = (wish ?? '')
      .replace(REFUSED, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[' ]+|[' ]+$/g, '');
    const base = wished === '' || wished.toLowerCase() === 'history' ? fallback : cut(wished, LONGEST_NAME);
    let name = base;
    for (let count = 2; this.#taken.has(name.toLowerCase()); count += 1) {
      const suffix = ` (${count})`;
      name = cut(base, LONGEST_NAME - suffix.length) + suffix;
    }
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

/** Cuts without halving a character outside the basic plane. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()
    .replace(/'+$/, '');
}
