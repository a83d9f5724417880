import { expect, test } from 'vitest';
import { namesSame, synonymsOf } from './synonyms.ts';
import { meaningsOf } from './words.ts';

test.each([
  ['Invoice No.', 'invoice number'],
  ['Rechnungs-Nr.', 'invoice number'],
  ['Rechnungsnummer', 'invoice number'],
  ["N° de facture d'achat", 'number invoice purchase'],
  ['Date de la facture', 'date invoice'],
  ['USt-IdNr.', 'vat_number'],
  ['Steuerbetrag', 'tax amount'],
  ['Qty', 'quantity'],
  ['Registraton No', 'registration number'],
  ['Ver käufer', 'supplier'],
  ['Halyard', 'halyard'],
])('what the words of %s mean', (text, meanings) => {
  expect(meaningsOf(text).join(' ')).toBe(meanings);
});

test('labels that mean the same are known, for documents and for the items of lists', () => {
  const first = (label: string, inList = false) =>
    synonymsOf(meaningsOf(label), inList)[0]?.meanings.join(' ');
  expect(first('Rechnungsnummer')).toBe('invoice number');
  expect(first('total')).toBe(first('gross total'));
  expect(first('total', true)).toBe(first('line total', true));
  expect(synonymsOf(meaningsOf('halyard length'))).toEqual([]);
  expect(namesSame([{ meanings: meaningsOf('Nettobetrag'), sure: 1 }], 'net total', false)).toBe(true);
  expect(namesSame([{ meanings: meaningsOf('discount'), sure: 1 }], 'net total', false)).toBe(false);
});
