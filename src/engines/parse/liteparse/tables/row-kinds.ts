/** What a line or a cell of a table is, by its text. Every pattern is linear in the text's length. */

const NUMBER = /^[([<>≤≥±~≈+\-–—−$€£¥]*\d[\d.,:;/%)\]\s°–—−x×*†‡§¶+a-e-]*$/i;
const PLACEHOLDER = /^(?:[-–—−.…·*†‡§¶#]+|n\/?a|n\.a\.|na|nil|none|yes|no|x|✓|✔|●|\(x\)|:)$/i;
const LONGEST_VALUE = 24;

/** A number with its signs and units, or what stands where a number is missing. */
export function isValue(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > LONGEST_VALUE) return false;
  return NUMBER.test(trimmed) || PLACEHOLDER.test(trimmed);
}

/** `Table 3. …`, `Exhibit 9`, `Figure 2: …`, in the languages of the West. */
export function isCaption(text: string): boolean {
  return /^[*_\s]*(?:table|tab\.|tabelle|tableau|tabla|tabela|tabell|taulukko|exhibit|figure|fig\.|chart|box|annex)\s*[\dIVXA-Z]/i.test(
    text,
  );
}

/** Sources, notes and footnotes, which stand below a table. */
export function isNote(text: string): boolean {
  return /^[*_\s]*(?:sources?|quelle|fuente|notes?|nb|n\.b\.|legend)\b\s*[:.]?/i.test(text);
}

/** A year or a span of years, which heads columns as often as it stands in them. */
export function isYear(text: string): boolean {
  return /^(?:19|20)\d\d(?:[-–—/]\d{2,4})?[a-z*†]?$/.test(text.trim());
}
