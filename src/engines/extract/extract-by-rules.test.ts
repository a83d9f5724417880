import { expect, test } from 'vitest';
import { extractByRules } from './extract-by-rules.ts';
import { itemDocument, placedDocument, schemaOf, type Placed } from './fixtures/placed-pages.ts';
import { validateData } from './validate.ts';

const text = { type: 'string' };
const number = { type: 'number' };
const day = { type: 'string', format: 'date' };

const INVOICE = schemaOf(
  {
    invoice_number: text,
    invoice_date: day,
    due_date: day,
    seller_name: text,
    seller_city: text,
    buyer_name: text,
    buyer_postcode: text,
    iban: text,
    currency: text,
    net_total: number,
    tax_total: number,
    gross_total: number,
    order_number: text,
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: { description: text, quantity: number, unit_price: number, amount: number },
      },
    },
  },
  ['invoice_number', 'due_date', 'order_number'],
);

const GERMAN: readonly Placed[] = [
  [50, 40, 'Lieferant:'],
  [50, 54, 'Nordlicht Laternen GmbH'],
  [50, 68, 'Hafenweg 7'],
  [50, 82, '20457 Hamburg'],
  [320, 40, 'Kunde:'],
  [320, 54, 'Bäckerei Sonnenkorn OHG'],
  [320, 68, 'Mühlgasse 3'],
  [320, 82, '06108 Halle'],
  [50, 140, 'Rechnungsnummer:'],
  [180, 140, 'RE-2031-77'],
  [50, 156, 'Rechnungsdatum:'],
  [180, 156, '03.02.2031'],
  [50, 172, 'Fällig am'],
  [180, 172, '17. Februar 2031'],
  [50, 220, 'Pos'],
  [90, 220, 'Beschreibung'],
  [260, 220, 'Menge'],
  [330, 220, 'Einzelpreis'],
  [440, 220, 'Betrag'],
  [50, 240, '1'],
  [90, 240, 'Laterne aus Messing'],
  [265, 240, '12'],
  [340, 240, '99,50'],
  [435, 240, '1.194,00'],
  [50, 256, '2'],
  [90, 256, 'Docht, gewachst'],
  [265, 256, '40'],
  [340, 256, '1,15'],
  [445, 256, '46,00'],
  [330, 300, 'Nettobetrag'],
  [430, 300, '1.240,00 €'],
  [330, 316, 'zzgl. 19 % MwSt.'],
  [435, 316, '235,60 €'],
  [330, 332, 'Gesamtbetrag'],
  [430, 332, '1.475,60 €'],
  [50, 400, 'IBAN: DE89 3704 0044 0532 0130 00'],
];

test('an invoice in German: labels, parties, table, sums and check digits', () => {
  const { data, warnings } = extractByRules(placedDocument(GERMAN), INVOICE, {});
  expect(data).toEqual({
    invoice_number: 'RE-2031-77',
    invoice_date: '2031-02-03',
    due_date: '2031-02-17',
    seller_name: 'Nordlicht Laternen GmbH',
    seller_city: 'Hamburg',
    buyer_name: 'Bäckerei Sonnenkorn OHG',
    buyer_postcode: '06108',
    iban: 'DE89370400440532013000',
    currency: 'EUR',
    net_total: 1240,
    tax_total: 235.6,
    gross_total: 1475.6,
    order_number: null,
    lines: [
      { description: 'Laterne aus Messing', quantity: 12, unit_price: 99.5, amount: 1194 },
      { description: 'Docht, gewachst', quantity: 40, unit_price: 1.15, amount: 46 },
    ],
  });
  expect(warnings).toEqual([]);
  expect(validateData(data, INVOICE)).toEqual([]);
});

test('French and English labels come to the same fields, each in the notation of the document', () => {
  const french = placedDocument([
    [50, 40, 'Facture n° FA-118 du 5 mars 2031'],
    [50, 80, 'Montant HT'],
    [200, 80, '1 250,40 €'],
    [50, 96, 'Montant TVA'],
    [200, 96, '250,08 €'],
    [50, 112, 'Total TTC'],
    [200, 112, '1 500,48 €'],
  ]);
  expect(extractByRules(french, INVOICE, {}).data).toMatchObject({
    invoice_number: 'FA-118',
    invoice_date: '2031-03-05',
    net_total: 1250.4,
    tax_total: 250.08,
    gross_total: 1500.48,
  });
  const english = placedDocument([
    [50, 40, 'Invoice #'],
    [160, 40, 'Invoice Date'],
    [280, 40, 'Due Date'],
    [50, 54, 'A-9931'],
    [160, 54, '03/25/2031'],
    [280, 54, '04/08/2031'],
    [300, 90, 'Subtotal'],
    [400, 90, '$1,250.40'],
    [300, 106, 'Total'],
    [400, 106, '$1,250.40'],
  ]);
  expect(extractByRules(english, INVOICE, {}).data).toMatchObject({
    invoice_number: 'A-9931',
    invoice_date: '2031-03-25',
    due_date: '2031-04-08',
    net_total: 1250.4,
    tax_total: null,
    currency: 'USD',
  });
});

test('what a document does not say is null, required or not', () => {
  const letter = placedDocument([
    [50, 40, 'Dear reader,'],
    [50, 60, 'the invoice that we talked about in May will follow when the order is ready.'],
    [50, 76, 'We met 14 people and walked 3 miles.'],
  ]);
  const { data, fields } = extractByRules(letter, INVOICE, {});
  expect(Object.values(data as object).flat()).toEqual(Array(13).fill(null));
  expect(fields).toMatchObject({
    fields: { invoice_number: { foundBy: 'none', citations: [], confidence: 0 } },
  });
});

test('a value is cited with its page, its text and the box of its words', () => {
  const document = placedDocument([[50, 40, 'Nothing here']], [[50, 100, 'Contract No: K-77 / B']]);
  const { fields } = extractByRules(document, schemaOf({ contract_number: text }), {});
  expect(fields).toMatchObject({
    fields: {
      contract_number: {
        value: 'K-77',
        foundBy: 'rules',
        citations: [
          {
            page: 2,
            matchingText: 'K-77',
            boxes: [{ x: 110, y: 100, w: 20, h: 10 }],
            pageSize: { width: 600, height: 800 },
          },
        ],
      },
    },
  });
});

test('a period gives its beginning and its end', () => {
  const schema = schemaOf({ contract_start: day, contract_end: day });
  const document = placedDocument([
    [50, 40, 'Contract Dates'],
    [180, 40, 'Estimate #'],
    [50, 54, '11/30/30 - 12/06/30'],
    [180, 54, '4711'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    contract_start: '2030-11-30',
    contract_end: '2030-12-06',
  });
});

test('one object for each page; only the pages that are asked for', () => {
  const schema = schemaOf({ invoice_number: text });
  const document = placedDocument(
    [[50, 40, 'Invoice No: A-1']],
    [[50, 40, 'Invoice No: A-2']],
    [[50, 40, 'Invoice No: A-3']],
  );
  const perPage = extractByRules(document, schema, { extraction_target: 'per_page', target_pages: '2-3' });
  expect(perPage.data).toEqual([{ invoice_number: 'A-2' }, { invoice_number: 'A-3' }]);
  expect(perPage.pages).toEqual([2, 3]);
  const first = extractByRules(document, schema, { max_pages: 1 });
  expect(first).toMatchObject({ data: { invoice_number: 'A-1' }, pages: [1] });
  expect(first.warnings).toHaveLength(1);
  expect(extractByRules(document, schema, { sheet_names: ['Costs'] })).toMatchObject({
    data: { invoice_number: null },
    pages: [],
    warnings: ['The document has no sheet named "Costs".'],
  });
});

test('permitted values and boxes: what stands out, what is ticked, what a form holds', () => {
  const schema = schemaOf({
    document_type: { enum: ['Permit', 'Refusal', 'Renewal'] },
    resident: { type: 'boolean', title: 'Resident of the county' },
    newsletter: { type: 'boolean' },
    applicant: { type: 'string' },
  });
  const document = itemDocument(
    [
      { type: 'heading', level: 1, md: '', value: 'RENEWAL of a mooring', boxes: [] },
      { type: 'text', md: '', value: '☒ Resident of the county', boxes: [] },
      {
        type: 'text',
        md: '',
        value: 'A refusal can be appealed within thirty days of its receipt.',
        boxes: [],
      },
    ],
    [
      { kind: 'text', id: 'form.applicant', value: 'Wilhelmine Aal', boxes: [] },
      { kind: 'checkbox', id: 'n1', label: 'Newsletter', value: false, boxes: [] },
    ],
  );
  expect(extractByRules(document, schema, {}).data).toEqual({
    document_type: 'Renewal',
    resident: true,
    newsletter: false,
    applicant: 'Wilhelmine Aal',
  });
});

test('values keep to the bounds of the schema, or are null', () => {
  const schema = schemaOf({
    reference: { type: 'string', pattern: '^[A-Z]{2}\\d{4}$' },
    quantity: { type: 'integer', maximum: 5 },
  });
  const document = placedDocument([
    [50, 40, 'Reference: 12-AB'],
    [50, 60, 'Reference: QX1234'],
    [50, 80, 'Quantity: 9'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({ reference: 'QX1234', quantity: null });
});

test('many pages take as long for each page as few', () => {
  const page: Placed[] = Array.from({ length: 40 }, (_, line): Placed => {
    return [
      50,
      20 + line * 18,
      line % 4 === 0 ? `Order No: ${line}-77` : 'some words about the order of things',
    ];
  });
  const seconds = (count: number): number => {
    const document = placedDocument(...Array.from({ length: count }, () => page));
    const started = performance.now();
    extractByRules(document, INVOICE, {});
    return (performance.now() - started) / 1000;
  };
  seconds(10);
  const few = seconds(20) / 20;
  expect(seconds(300) / 300).toBeLessThan(few * 4);
});

test('a reference to a rule below a label of names is no name', () => {
  const schema = schemaOf({ captain_name: text, owner_name: text });
  const below = (value: string) =>
    extractByRules(
      placedDocument([
        [50, 40, 'Captain'],
        [50, 54, value],
        [50, 140, 'Owner'],
        [50, 154, value],
      ]),
      schema,
      {},
    ).data;
  expect(below('Pursuant to the Harbour Dues Order')).toEqual({ captain_name: null, owner_name: null });
  expect(below('Harbour Dues Office')).toEqual({
    captain_name: 'Harbour Dues Office',
    owner_name: 'Harbour Dues Office',
  });
});
