/**
 * Words of labels in English, German and French (and the commonest of Dutch, Spanish and Italian), by what they mean.
 * Words are written as {@link foldWord} leaves them: small letters without accents.
 */
const MEANINGS: Readonly<Record<string, string>> = {
  number: 'number no nr num numero numer nos nummer nummern n° nº numeros kennzeichen nb',
  id: 'id ident identifier identification identifikation kennung identifiant uid identificatie identifikationsnummer',
  code: 'code codes kode schlussel kennziffer',
  reference: 'reference ref referenz zeichen aktenzeichen referentie referencia riferimento',
  date: 'date dates dated datum day tag vom data fecha dato',
  time: 'time uhrzeit heure hour hours zeit',
  name: 'name names bezeichnung nom naam nombre nome firmenname denomination',
  first: 'first given vorname prenom forename',
  last: 'last family surname nachname',
  amount:
    'amount amounts amt entgelt betrag betrage montant sum summe bedrag importe importo value wert valeur',
  total:
    'total totals gesamt gesamtbetrag gesamtsumme endsumme totaal totale totaux summe endbetrag overall grand',
  sub: 'subtotal bemessungsgrundlage grondslag zwischensumme sous subtotaal untaxed',
  gross: 'gross brutto ttc inkl incl inclusive including',
  net: 'net netto ht nett excl exkl excluding exclusive ohne hors pretax netto',
  tax: 'tax taxes steuer steuern taxe taxed impuesto btw gst hst ust mwst umsatzsteuer mehrwertsteuer tva vat iva sales',
  rate: 'rate satz taux tarief steuersatz',
  percent: 'percent percentage prozent pourcentage pct %',
  due: 'due limite fallig falligkeit falligkeitsdatum echeance payable zahlbar exigible vervaldatum zahlungsziel overdue',
  pay: 'payment pay paid paiement zahlung bezahlt payer regler reglement betaling betaald pago zahl paye',
  balance: 'balance saldo solde restbetrag outstanding remaining offen',
  discount: 'discount rabatt skonto remise korting nachlass allowance rebate abschlag abschlage',
  shipping:
    'shipping delivery versand lieferung livraison fracht freight porto liefer levering shipment ship delivered',
  invoice:
    'invoice invoices inv bill rechnung rechnungs facture factuur factura fattura beleg faktura handelsrechnung facturation',
  receipt: 'receipt quittung recu kassenbon bon kassenbeleg',
  order: 'order orders auftrag auftrags bestellung bestell commande bestelling pedido ordine po',
  purchase: 'purchase einkauf achat kauf',
  contract: 'contract agreement vertrag vertrags contrat contract contrato police policy insertion',
  customer:
    'customer client kunde kunden debitor klant cliente buyer purchaser kaufer acheteur auftraggeber leistungsempfanger koper rechnungsempfanger acquirer',
  supplier:
    'supplier vendor seller lieferant verkaufer fournisseur vendeur leverancier merchant issuer kreditor rechnungssteller rechnungsaussteller biller verkoper emetteur payee',
  sender: 'sender absender from expediteur afzender shipper consignor',
  recipient: 'recipient empfanger destinataire receiver addressee consignee ontvanger warenempfanger',
  company:
    'company firma societe unternehmen firm bedrijf organization organisation organisme business corporation entreprise',
  person: 'person contact ansprechpartner kontakt contactperson',
  employee: 'employee mitarbeiter arbeitnehmer salarie staff',
  employer: 'employer arbeitgeber employeur',
  account: 'account acct konto compte rekening accounts',
  bank: 'bank banque kreditinstitut geldinstitut',
  holder: 'holder inhaber kontoinhaber kontoname titulaire beneficiary owner',
  iban: 'iban',
  bic: 'bic swift',
  currency: 'currency wahrung devise valuta monnaie',
  quantity:
    'quantity hoeveelheid qty quantities menge anzahl quantite qte aantal cantidad quantita stuck units hours pieces stk',
  unit: 'unit einheit einzel unite unitaire unitaire stuk each per uom',
  price: 'price prix preis prijs precio prezzo pu cost kosten cout charge fee',
  description:
    'description omschrijving beschreibung desc libelle omschrijving descripcion details detail leistung leistungsbeschreibung artikelbezeichnung produktbezeichnung designation intitule particulars',
  item: 'item items article artikel artikelnr position positionen pos produkt product products produit poste line ligne zeile art sku service services',
  phone: 'phone telephone tel telefon telefonnummer fon tele ph telefoon',
  mobile: 'mobile mobil handy portable cell gsm',
  fax: 'fax telefax telecopie',
  email: 'email mail courriel mailadresse',
  website: 'website web homepage internet url site webseite www webpage',
  address: 'address adresse anschrift adres direccion indirizzo addresses',
  street: 'street strasse str rue straat road',
  city: 'city ort stadt ville town plaats wohnort municipality',
  postal: 'postal zip postcode plz postleitzahl postalcode zipcode cp',
  state: 'state bundesland region province kanton county',
  country: 'country land pays pais paese nation',
  start:
    'start begin beginn from von starting ab debut du effective commencement starts first begins anfang commencing vanaf',
  end: 'end ende bis to until through thru ending au fin expiry expiration expires expire ablauf endet termination tot stop',
  period:
    'period zeitraum periode leistungszeitraum abrechnungszeitraum term laufzeit duration dauer duree lieferzeitraum',
  flight: 'flight campaign kampagne campagne broadcast',
  birth: 'birth geburt geburts naissance geboren dob birthdate birthday',
  issue: 'issue issued ausstellung ausgestellt ausstellungs emission erstellt emis uitgifte',
  sign: 'signed signature unterschrift signe signatur sign',
  title: 'title titel titre heading betreff subject objet',
  type: 'type typ art kind sorte genre form nature',
  status: 'status zustand etat statut',
  version: 'version revision rev',
  registration:
    'registration register registrierung registrierungs enregistrement immatriculation handelsregister registered',
  registrant: 'registrant',
  tax_number: 'steuernummer stnr siret siren tin ein',
  vat_number: 'ustid ustidnr ustidnummer vatid vatin umsatzsteuerid',
  terms: 'terms bedingungen conditions konditionen zahlungsbedingungen',
  method: 'method methode zahlungsart zahlungstyp zahlungsweise mode zahlungsmethode moyen',
  remarks: 'remarks notes note bemerkung bemerkungen anmerkung hinweis remarque comment comments',
  page: 'page seite pagina',
  department: 'department abteilung service dept',
  advance: 'prepaid deposit anzahlung anzahlungen acompte advance',
  agency: 'agency agentur agence',
  advertiser: 'advertiser werbekunde annonceur',
  product: 'product',
  stamp: 'stamped stamp stempel filed received eingang eingegangen recu',
  salary: 'salary gehalt salaire lohn wage pay',
  weight: 'weight gewicht poids',
  serial: 'serial seriennummer serie',
  property: 'property',
  vehicle: 'vehicle fahrzeug vehicule',
  policy: 'versicherungsschein versicherungsnummer',
  insured: 'insured versicherter versicherungsnehmer assure',
  interest: 'interest zins zinsen interet',
};

/** Words that say nothing about what a label names. */
const FILLER = new Set(
  (
    'zzgl zuzuglich plus of the a an and or for in on at by is are your our this that with as der die das des den dem ein eine und oder ' +
    'fur im am zu zum zur mit ihr ihre unser unsere le la les de d l un une et ou pour en dans par est votre notre ' +
    'het een van voor uw what which who whose when where how was were be been has have el los las del y il lo gli di e della your our its if any enter please give s'
  ).split(' '),
);

/** Words that many labels have: whether they stand there hardly tells labels apart. */
const GENERIC = new Set([
  'number',
  'date',
  'name',
  'amount',
  'id',
  'code',
  'type',
  'reference',
  'item',
  'person',
]);

const BY_WORD = new Map<string, string>();
for (const [meaning, words] of Object.entries(MEANINGS)) {
  for (const word of [meaning, ...words.split(' ')]) if (!BY_WORD.has(word)) BY_WORD.set(word, meaning);
}
/** Stems that German puts together; the longest first. */
const STEMS = [...BY_WORD.keys()].filter((word) => word.length >= 3).toSorted((a, b) => b.length - a.length);

/** Known words with one letter left out: what differs by one letter has such a form in common. */
const SHORTEST_MISREAD = 7;
const MISREAD = new Map<string, string>();
for (const [word, meaning] of BY_WORD) {
  if (word.length < SHORTEST_MISREAD) continue;
  for (let at = 0; at < word.length; at += 1) MISREAD.set(word.slice(0, at) + word.slice(at + 1), meaning);
}

/** Small letters, without accents; what is not a letter or digit is gone, `#` and `%` are words. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[’']s\b/g, ' ')
    .replace(/\b[dl][’'](?=\p{L})/gu, ' ')
    .replace(/n[°º]/g, ' number ')
    .replaceAll('#', ' number ')
    .replaceAll('%', ' percent ')
    .replace(/e-mail/g, 'email')
    .replace(/ust\.?-?\s?id\.?(?:-?\s?nr\.?)?/g, ' ustid ')
    .replace(/\bp\.\s?o\.?/g, ' po ')
    .replace(/\bart\.?-?nr\b/g, ' item number ');
}

/**
 * The meanings of a text's words in their order, fillers left out. A word that is not known stands for itself.
 * German compounds are taken apart where all their parts are known.
 */
export function meaningsOf(text: string): string[] {
  const words = foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return joinBroken(words).flatMap((word) => meaningsOfWord(word));
}

/** Kerning and OCR break words: two parts that are nothing alone and a known word together are one. */
function joinBroken(words: readonly string[]): readonly string[] {
  if (words.length < 2) return words;
  const joined: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    const whole = word + (next ?? '');
    const broken = next !== undefined && !BY_WORD.has(word) && !FILLER.has(word) && whole.length >= 6;
    const known =
      broken && (BY_WORD.has(whole) || (!BY_WORD.has(next) && whole.length <= 40 && isKnown(whole)));
    joined.push(known ? whole : word);
    if (known) at += 1;
  }
  return joined;
}

function isKnown(word: string): boolean {
  const [first, ...more] = meaningsOfWord(word);
  return first !== undefined && (first !== word || more.length > 0);
}

const MEMO = new Map<string, readonly string[]>();
const MOST_MEMORIES = 20_000;

function meaningsOfWord(word: string): readonly string[] {
  if (FILLER.has(word)) return [];
  const known = MEMO.get(word);
  if (known) return known;
  const meanings = lookUp(word);
  if (MEMO.size > MOST_MEMORIES) MEMO.clear();
  MEMO.set(word, meanings);
  return meanings;
}

function lookUp(word: string): readonly string[] {
  const own = BY_WORD.get(word);
  if (own !== undefined) return [own];
  if (word.length > 4 && word.endsWith('s')) {
    const singular = BY_WORD.get(word.slice(0, -1));
    if (singular !== undefined) return [singular];
  }
  const parts = word.length >= 7 && word.length <= 40 ? compound(word, 3) : undefined;
  if (parts) return parts;
  const misread = MISREAD.get(word) ?? nearWord(word);
  return [misread ?? word];
}

/** A long word with one letter lost, added or taken for another, as OCR and haste leave it. */
function nearWord(word: string): string | undefined {
  if (word.length < SHORTEST_MISREAD || /\d/.test(word)) return undefined;
  for (let at = 0; at < word.length; at += 1) {
    const shorter = word.slice(0, at) + word.slice(at + 1);
    const meaning = BY_WORD.get(shorter) ?? MISREAD.get(shorter);
    if (meaning !== undefined && shorter.length >= SHORTEST_MISREAD - 1) return meaning;
  }
  return undefined;
}

/** Parts of a compound, with the letters that German puts between them. */
function compound(word: string, most: number): string[] | undefined {
  const whole = BY_WORD.get(word);
  if (whole !== undefined) return [whole];
  if (most <= 1) return undefined;
  for (const stem of STEMS) {
    if (!word.startsWith(stem) || word.length - stem.length < 2) continue;
    for (const joint of ['', 's', 'n', 'en', 'es']) {
      if (!word.startsWith(stem + joint)) continue;
      const rest = word.slice(stem.length + joint.length);
      const parts = rest.length >= 2 ? compound(rest, most - 1) : undefined;
      if (parts) return [BY_WORD.get(stem) ?? stem, ...parts];
    }
  }
  return undefined;
}

/** How much a meaning counts when labels are compared: 1, or less where it is in many of them. */
export function weightOf(meaning: string): number {
  if (GENERIC.has(meaning)) return 0.35;
  return meaning === 'total' ? 0.8 : 1;
}

/** Whether a meaning is in so many labels that it hardly tells them apart. */
export function isGeneric(meaning: string): boolean {
  return GENERIC.has(meaning);
}

/** Whether the meaning is one of those that labels are made of. */
export function isKnownMeaning(meaning: string): boolean {
  return Object.hasOwn(MEANINGS, meaning);
}
