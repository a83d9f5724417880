import { expect, test } from 'vitest';
import { extractByRules } from './extract-by-rules.ts';
import { placedDocument, schemaOf, type Placed } from './fixtures/placed-pages.ts';

/** Papers that are no invoices: what the rules know of labels, shapes and tables holds for them as well. */

const text = { type: ['string', 'null'] };
const number = { type: ['number', 'null'] };
const day = { type: ['string', 'null'], format: 'date' };
const yes = { type: ['boolean', 'null'] };

const titled = (schema: object, title: string) => ({ ...schema, title });
const rows = (properties: object) => ({ type: 'array', items: { type: 'object', properties } });

/** Lines under one another, the first at the top; of each the texts and where they begin. */
function page(...lines: readonly (readonly [text: string, x?: number][])[]): Placed[] {
  return lines.flatMap((line, index) => line.map(([words, x = 50]): Placed => [x, 40 + index * 16, words]));
}

function extract(placed: readonly Placed[], properties: Readonly<Record<string, unknown>>): unknown {
  return extractByRules(placedDocument(placed), schemaOf(properties), {}).data;
}

test('a receipt: a name above its address, the only day and time, an absent tip', () => {
  const placed: Placed[] = [
    [60, 20, 'Corner Bakery', 14],
    ...page(
      [['21 Elm Street, Austin, TX 78701']],
      [['Tel: (512) 555-0188']],
      [['Receipt #: 004417']],
      [['03/27/2031 08:42 AM']],
      [['2 Croissant'], ['7.00', 220]],
      [['SUBTOTAL'], ['7.00', 220]],
      [['Sales Tax 8.25%'], ['0.58', 220]],
      [['TOTAL'], ['$7.58', 215]],
      [['Paid by: VISA ending 4411']],
    ),
  ];
  const time = { type: ['string', 'null'], format: 'time' };
  expect(
    extract(placed, {
      merchant_name: text,
      store_phone: text,
      receipt_number: text,
      date: day,
      time,
      subtotal: number,
      tax: number,
      total: number,
      payment_method: text,
      tip: number,
    }),
  ).toEqual({
    merchant_name: 'Corner Bakery',
    store_phone: '(512) 555-0188',
    receipt_number: '004417',
    date: '2031-03-27',
    time: '08:42:00',
    subtotal: 7,
    tax: 0.58,
    total: 7.58,
    payment_method: 'VISA ending 4411',
    tip: null,
  });
});

test('a bank statement in German: columns are told apart by their exact titles', () => {
  const placed = page(
    [['Kontoinhaber: Gerda Beispiel']],
    [['Zeitraum: 01.07.2031 - 31.07.2031']],
    [['Alter Kontostand'], ['1.250,00', 450]],
    [['Buchung'], ['Wert', 120], ['Verwendungszweck', 200], ['Betrag', 450]],
    [['03.07.2031'], ['04.07.2031', 120], ['Miete Juli', 200], ['-780,00', 450]],
    [['10.07.2031'], ['11.07.2031', 120], ['Gehalt Holz GmbH', 200], ['2.310,45', 450]],
    [['Neuer Kontostand'], ['2.780,45', 450]],
  );
  expect(
    extract(placed, {
      account_holder: titled(text, 'Kontoinhaber'),
      period_start: day,
      period_end: day,
      closing_balance: titled(number, 'Neuer Kontostand'),
      transactions: rows({
        booking_date: titled(day, 'Buchung'),
        value_date: titled(day, 'Wert'),
        purpose: titled(text, 'Verwendungszweck'),
        amount: titled(number, 'Betrag'),
      }),
    }),
  ).toEqual({
    account_holder: 'Gerda Beispiel',
    period_start: '2031-07-01',
    period_end: '2031-07-31',
    closing_balance: 2780.45,
    transactions: [
      { booking_date: '2031-07-03', value_date: '2031-07-04', purpose: 'Miete Juli', amount: -780 },
      { booking_date: '2031-07-10', value_date: '2031-07-11', purpose: 'Gehalt Holz GmbH', amount: 2310.45 },
    ],
  });
});

test('a lease: both ends of its term, an address on one line, yes and no', () => {
  const placed = page(
    [['Landlord: Oakfield Properties LLC']],
    [['Property address: 410 Willow Avenue, Unit 5, Denver, CO 80203']],
    [['Lease term: from September 1, 2031 to August 31, 2032']],
    [['Monthly rent: $1,850.00']],
    [['Pets allowed: No']],
    [['Parking included: Yes']],
  );
  expect(
    extract(placed, {
      landlord: text,
      property_address: text,
      lease_start_date: day,
      lease_end_date: day,
      monthly_rent: number,
      pets_allowed: yes,
      parking_included: yes,
      late_fee: number,
    }),
  ).toEqual({
    landlord: 'Oakfield Properties LLC',
    property_address: '410 Willow Avenue, Unit 5, Denver, CO 80203',
    lease_start_date: '2031-09-01',
    lease_end_date: '2032-08-31',
    monthly_rent: 1850,
    pets_allowed: false,
    parking_included: true,
    late_fee: null,
  });
});

test('a laboratory report: ranges are texts, results are numbers', () => {
  const placed = page(
    [['Patient Name: Robert Hale'], ['Patient ID: P-20931', 320]],
    [['Date of Birth: 11/22/1984'], ['Sex: Male', 320]],
    [['Test'], ['Result', 220], ['Unit', 300], ['Reference Range', 400]],
    [['Hemoglobin'], ['13.9', 220], ['g/dL', 300], ['13.5 - 17.5', 400]],
    [['Glucose'], ['118', 220], ['mg/dL', 300], ['70 - 99', 400]],
  );
  expect(
    extract(placed, {
      patient_name: text,
      patient_id: text,
      date_of_birth: day,
      sex: { enum: ['Male', 'Female', null] },
      results: rows({ test_name: titled(text, 'Test'), result: number, unit: text, reference_range: text }),
    }),
  ).toEqual({
    patient_name: 'Robert Hale',
    patient_id: 'P-20931',
    date_of_birth: '1984-11-22',
    sex: 'Male',
    results: [
      { test_name: 'Hemoglobin', result: 13.9, unit: 'g/dL', reference_range: '13.5 - 17.5' },
      { test_name: 'Glucose', result: 118, unit: 'mg/dL', reference_range: '70 - 99' },
    ],
  });
});

test('a form in German: the ticked box, a city behind its postcode', () => {
  const placed = page(
    [['Nachname: Winter'], ['Vorname: Lena', 300]],
    [['PLZ / Ort: 99084 Erfurt']],
    [['Abteilung:'], ['[x] Turnen', 130], ['[ ] Fußball', 220], ['[ ] Tennis', 310]],
    [['[x] Einwilligung Fotos']],
    [['[ ] Newsletter']],
  );
  expect(
    extract(placed, {
      last_name: text,
      first_name: text,
      postal_code: text,
      city: text,
      department: { enum: ['Turnen', 'Fußball', 'Tennis', null], title: 'Abteilung' },
      photo_consent: titled(yes, 'Einwilligung Fotos'),
      newsletter: yes,
    }),
  ).toEqual({
    last_name: 'Winter',
    first_name: 'Lena',
    postal_code: '99084',
    city: 'Erfurt',
    department: 'Turnen',
    photo_consent: true,
    newsletter: false,
  });
});

test('a bill in French: totals with and without tax, a number in groups, a weight that is no money', () => {
  const placed = page(
    [['Référence client : 774 112 908']],
    [['Poids total : 84,5 kg']],
    [['Total HT'], ['214,30 €', 300]],
    [['TVA'], ['42,86 €', 300]],
    [['Total TTC à payer'], ['257,16 €', 300]],
  );
  expect(
    extract(placed, {
      customer_reference: text,
      total_weight: titled(number, 'Poids total'),
      amount_excl_tax: number,
      vat: titled(number, 'TVA'),
      amount_incl_tax: number,
    }),
  ).toEqual({
    customer_reference: '774 112 908',
    total_weight: 84.5,
    amount_excl_tax: 214.3,
    vat: 42.86,
    amount_incl_tax: 257.16,
  });
});

test('a curriculum vitae: a name above its contacts, lists by points and commas', () => {
  const placed: Placed[] = [
    [50, 20, 'Amelia Stone', 18],
    ...page(
      [['amelia.stone@example.org  |  +44 20 7946 0018  |  Bristol, UK']],
      [['SKILLS']],
      [['• Python']],
      [['• Kafka']],
      [['LANGUAGES']],
      [['English, German, Spanish']],
    ),
  ];
  const list = { type: 'array', items: { type: 'string' } };
  expect(
    extract(placed, {
      name: titled(text, 'Full name'),
      email: { type: 'string', format: 'email' },
      phone: text,
      skills: list,
      languages: list,
      linkedin_url: { type: ['string', 'null'], format: 'uri' },
    }),
  ).toEqual({
    name: 'Amelia Stone',
    email: 'amelia.stone@example.org',
    phone: '+44 20 7946 0018',
    skills: ['Python', 'Kafka'],
    languages: ['English', 'German', 'Spanish'],
    linkedin_url: null,
  });
});

test('a heading right above a table is no part of its head', () => {
  const placed = page(
    [['Quotation']],
    [['Item'], ['Qty', 200], ['Price', 300]],
    [['Pen'], ['3', 200], ['1.20', 300]],
  );
  expect(extract(placed, { items: rows({ item: text, qty: number, price: number }) })).toEqual({
    items: [{ item: 'Pen', qty: 3, price: 1.2 }],
  });
});

test('a day that stands for something else is not the date of the document', () => {
  const placed = page([['Apple juice, best before 30.09.2031']]);
  expect(extract(placed, { date: day, invoice_date: day })).toEqual({ date: null, invoice_date: null });
});

test('the line of another paper that a line refers to is no reference of the whole', () => {
  const placed = page([['Order number: OR-84 line 1']], [['Street of the depot']], [['12 Harbour Road']]);
  expect(extract(placed, { order_number: text, buyer_street: text })).toEqual({
    order_number: null,
    buyer_street: null,
  });
});
