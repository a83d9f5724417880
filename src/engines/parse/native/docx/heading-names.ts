/**
 * Names that word processors give headings in their own languages. Word stores `heading 1` in every language; others store
 * what they show.
 */
const HEADING =
  /^(?:heading|überschrift|berschrift|titre|título|titulo|ttulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|naglowek|nadpis|заголовок|επικεφαλίδα|başlık|balk|címsor|cmsor|titlu|naslov|标题|標題|見出し|제목|عنوان|כותרת)[ _-]?([1-9])(?:[ _](?:char|zchn|car))?$/iu;

const TITLE =
  /^(?:title|document title|titel|titre|título|titolo|tittel|otsikko|tytuł|название|τίτλος|标题|標題|表題|제목)$/iu;
const SUBTITLE =
  /^(?:subtitle|untertitel|sous-titre|subtítulo|sottotitolo|ondertitel|underrubrik|podtytuł|подзаголовок|副标题|副標題|副題)$/iu;

/** The level that a style's name stands for: 1 to 6; a title is 1, a subtitle 2. */
export function headingLevelOfName(name: string): number | undefined {
  const plain = name.trim();
  const level = HEADING.exec(plain)?.[1];
  if (level !== undefined) return Math.min(6, Number(level));
  if (TITLE.test(plain)) return 1;
  return SUBTITLE.test(plain) ? 2 : undefined;
}
