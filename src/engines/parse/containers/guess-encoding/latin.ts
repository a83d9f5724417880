import { decodeAs, decodeStrictly } from '../decode.ts';
import { confidenceOf, count, type Matches } from './matches.ts';

/** What the detector must be sure of, of 100, and by how much it must be surer than of a Western language. */
const SURE = 35;
const LEAD = 10;
/** Where it is as sure as this of a sentence or more, few letters will do. */
const QUITE_SURE = 60;
const SENTENCE_BYTES = 100;
/** Letters that tell two encodings apart, fewer than which may stand in names. */
const FEWEST_LETTERS = 4;
/** The same where only one language has them. */
const FEWEST_OWN = 3;

/** A language of Central Europe, or Turkish: read as Western text, its letters stand where no Western language has them. */
export function guessLatin(sample: Buffer, found: Matches): string | undefined {
  const western = decodeAs('windows-1252', sample);
  if (count(western, /[a-z]/gi) < count(western, /[^\p{ASCII}\P{L}]/gu)) return undefined;
  if (isTurkish(western)) return 'windows-1254';
  if (isCentralEuropean(western)) return centralEuropean(sample);
  const confidence = confidenceOf(found, ['ISO-8859-2', 'windows-1250']);
  const least = Math.max(SURE, confidenceOf(found, ['ISO-8859-1', 'windows-1252']) + LEAD);
  if (confidence < least) return undefined;
  const isQuiteSure = confidence >= QUITE_SURE && sample.length >= SENTENCE_BYTES;
  return isQuiteSure || count(western, TELLING) >= FEWEST_LETTERS ? centralEuropean(sample) : undefined;
}

/** Letters, as Windows-1252 reads them, that Windows-1250 does not have in the same places. */
const TELLING = /[^\p{ASCII}\P{L}áéíóúýäëöüßôîâçÁÉÍÓÚÝÄËÖÜÔÎÂÇšžŠŽ]/gu;

/** The letters of Iceland without any of its accents. */
function isTurkish(western: string): boolean {
  return (
    count(western, /[þðýÞÐÝ]/g) >= FEWEST_OWN && !/[áéíóúæÁÉÍÓÚÆ]/.test(western) && /[üçöÜÇÖ]/.test(western)
  );
}

/** Signs within words that are none, bytes that Windows-1252 leaves open, or Slavic letters beside ones of other coasts. */
function isCentralEuropean(western: string): boolean {
  if (/\p{Ll}[¹³¿¾¶\u009d]\p{Ll}/u.test(western)) return true;
  if (count(western, /\p{L}[£¥¼±¯\u008d\u008f\u009d]|[£¥¼¯\u008d\u008f\u009d]\p{L}/gu) >= 2) return true;
  const letters = count(western, /[^\p{ASCII}\P{L}]/gu);
  const slavic = count(western, /[šžŠŽ]/g);
  return slavic >= 2 && slavic >= letters * 0.1 && count(western, /[èìøùòïðæÈÌØÙÒÐÆ]/g) >= FEWEST_OWN;
}

function centralEuropean(sample: Buffer): string | undefined {
  const text = decodeStrictly('windows-1250', sample);
  // At letters these signs of Windows-1250 are letters of ISO 8859-2.
  if (text === undefined || /\p{L}[ˇ¦¬±¶]|[¦¬±¶]\p{L}|\p{Ll}Ľ/u.test(text)) return 'iso-8859-2';
  return 'windows-1250';
}
