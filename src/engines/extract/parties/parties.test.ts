import { expect, test } from 'vitest';
import { extractByRules } from '../extract-by-rules.ts';
import { placedDocument, schemaOf, type Placed } from '../fixtures/placed-pages.ts';

const text = { type: 'string' };
const party = {
  type: 'object',
  properties: {
    name: text,
    email: { type: 'string', format: 'email' },
    address: { type: 'object', properties: { street: text, city: text, postal_code: text, country: text } },
  },
};

const parties = (texts: readonly Placed[]) =>
  extractByRules(placedDocument(texts), schemaOf({ vendor: party, customer: party }), {}).data;

test('parties side by side keep their names and addresses apart', () => {
  const data = parties([
    [50, 40, 'Vendor'],
    [300, 40, 'Bill to'],
    [50, 54, 'Quay Ropes Ltd'],
    [300, 54, 'Amalie Strand'],
    [50, 68, '12 Harbour Road'],
    [300, 68, 'Strandvej 9'],
    [50, 82, 'Dover, CT 20111'],
    [300, 82, '2100 København'],
    [300, 96, 'Denmark'],
    [50, 110, 'sales@quay.example'],
  ]);
  expect(data).toEqual({
    vendor: {
      name: 'Quay Ropes Ltd',
      email: 'sales@quay.example',
      address: { street: '12 Harbour Road', city: 'Dover', postal_code: '20111', country: null },
    },
    customer: {
      name: 'Amalie Strand',
      email: null,
      address: { street: 'Strandvej 9', city: 'København', postal_code: '2100', country: 'Denmark' },
    },
  });
});

test('a name on two lines stands beside a label that is centred between them', () => {
  const schema = schemaOf({ supplier_name: text });
  const document = placedDocument([
    [50, 40, 'Supplier'],
    [50, 76, 'Name:'],
    [180, 70, 'Society of the Friends'],
    [180, 82, 'of Old Rigging'],
    [50, 100, 'Address:'],
    [180, 100, 'Kaiweg 4'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    supplier_name: 'Society of the Friends\nof Old Rigging',
  });
});

test('the sender is the company in the letterhead; nobody else is guessed', () => {
  const data = parties([
    [50, 40, 'Taubwerk GmbH · Kaiweg 4 · 24103 Kiel'],
    [50, 90, 'Frau Ilse Knoten'],
    [50, 104, 'Am Steg 1'],
    [50, 118, '24939 Flensburg'],
  ]);
  expect(data).toMatchObject({
    vendor: { name: 'Taubwerk GmbH', address: { street: 'Kaiweg 4', city: 'Kiel', postal_code: '24103' } },
    customer: { name: null, email: null, address: { street: null, city: null, postal_code: null } },
  });
});
