import type { TextItem } from '@llamaindex/liteparse';
import { meanConfidence } from './ocr-words.ts';

/**
 * Frequent words of languages in Latin letters, without those that OCR with another language's data gets wrong
 * (accents, ligatures), by Tesseract's name.
 */
const FREQUENT_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    eng: 'the and of to in is for that with this from are be by on or as not at your will you our it was have has',
    deu: 'und der nr netto brutto menge preis summe gesamt ihr ihnen steuer kunde liefer telefon artikel inkl bezahlt zahlung konto firma herr frau die das den dem des von mit nicht ist ein eine einer im zum zur auf bei nach aus bis wird werden sind oder auch wir sie ihre bitte seite rechnung betrag',
    fra: 'facture client prix nombre page adresse livraison commande paiement date le la les des et un une du de pour par sur dans est que qui au aux avec vous nous votre ou ne pas ce cette sont montant',
    spa: 'precio cliente cantidad pago numero total el la los las de del y en un una por para con que se es su al lo como fecha importe',
    ita: 'fattura cliente prezzo pagamento numero codice totale il lo la gli le di del della dei delle un una per con che si non al alla da nel sono importo',
    por: 'fatura cliente quantidade pagamento os as de do da dos das em um uma por para com que se ao no na nos seu valor',
    nld: 'aantal prijs klant betaling totaal datum de het een en van op te voor met dat die aan bij door uw wij niet naar om bedrag factuur',
    swe: 'och att det som en av den till med inte har ett om vi kan eller fakturan',
    dan: 'og at det som en af den til med ikke har et om vi kan eller de for',
    nor: 'og at det som en av den til med ikke har et om vi kan eller de for',
    fin: 'ja on ei se joka oli mutta tai ovat sen kun niin',
    pol: 'na do nie jest od oraz przez dla po lub jak za to ze faktura',
    ces: 'na je se do pro od za ve nebo jako po ale byl faktura',
    hun: 'az egy hogy nem is meg csak van volt vagy ha mint el',
    ron: 'si la de in cu pe nu este din pentru sau care un fost',
    tur: 've bir bu ile olan olarak da de en gibi daha veya',
  }).map(([name, words]) => [name, new Set(words.split(' '))]),
);
/** Fewer hits than this tell nothing. */
const FEWEST_HITS = 3;
/** Another language must be found so many times as often as the one that was read. */
const CLEARLY_MORE = 1.5;
/** Below this a page may be in letters that the language does not have. */
export const FOREIGN_CONFIDENCE = 0.6;
const FEWEST_WORDS = 10;
/** Languages that are tried on a page in unknown letters; each costs a reading. */
const MOST_TRIED = 6;

/**
 * The language in which a document's pages are read, where its owner named none: English at first, then the one that
 * pages turn out to be in, as far as its data is installed.
 */
export class GuessedLanguage {
  /** Tesseract's name. */
  current: string;
  readonly #installed: readonly string[];
  readonly #refused = new Set<string>();

  constructor(installed: readonly string[]) {
    this.#installed = installed;
    this.current = installed.includes('eng') || installed.length === 0 ? 'eng' : (installed[0] ?? 'eng');
  }

  /** Languages worth a second reading after these words were read in the current one; mostly none. */
  alternatives(words: readonly TextItem[]): readonly string[] {
    const others = this.#installed.filter((name) => name !== this.current && !this.#refused.has(name));
    if (others.length === 0) return [];
    const best = mostLikely(words, [this.current, ...others]);
    if (best !== undefined && best !== this.current) return [best];
    if (words.length < FEWEST_WORDS || (meanConfidence(words) ?? 1) >= FOREIGN_CONFIDENCE) return [];
    const foreign = others.filter((name) => name === 'eng' || !FREQUENT_WORDS.has(name));
    return foreign.filter((name) => name !== 'osd').slice(0, MOST_TRIED);
  }

  /**
   * Tesseract's notation for reading in a language. English goes with any other: numbers, dates and names are read
   * better with both (word recall .96 against .93 on German pages), and the few pages this concerns cost half more.
   */
  notation(name = this.current): string {
    return name !== 'eng' && this.#installed.includes('eng') ? `${name}+eng` : name;
  }

  /** A language that read a page no better than the current one is not tried on every page after it. */
  refuse(name: string): void {
    this.#refused.add(name);
  }
}

function mostLikely(words: readonly TextItem[], names: readonly string[]): string | undefined {
  // LiteParse joins words of a line.
  const text = words.flatMap((word) => word.text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const hits = (name: string) => {
    const known = FREQUENT_WORDS.get(name);
    return known ? text.filter((word) => known.has(word)).length : 0;
  };
  const [current = '', ...others] = names;
  let best: { name: string; hits: number } | undefined;
  for (const name of others) {
    const count = hits(name);
    if (count > (best?.hits ?? 0)) best = { name, hits: count };
  }
  if (!best || best.hits < FEWEST_HITS || best.hits < hits(current) * CLEARLY_MORE) return undefined;
  return best.name;
}
