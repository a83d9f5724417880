/** Whether a name fits a pattern with `*` (any signs), `?` (one sign), in time that grows with their product at most. */
export function matchesGlob(name: string, glob: string): boolean {
  const signs = Array.from(name.toLowerCase());
  const wanted = Array.from(glob.toLowerCase());
  let [at, place] = [0, 0];
  let star = -1;
  let resume = 0;
  while (at < signs.length) {
    if (wanted[place] === '*') {
      star = place;
      resume = at;
      place += 1;
    } else if (place < wanted.length && (wanted[place] === '?' || wanted[place] === signs[at])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      place = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  while (wanted[place] === '*') place += 1;
  return place === wanted.length;
}
