/** Schemas of the corpora that bring none, in the words that somebody who needs the data would choose. */
const money = (title: string, description?: string) => ({
  type: ['number', 'null'],
  title,
  ...(description !== undefined && { description }),
});
const text = (title: string, description?: string) => ({
  type: ['string', 'null'],
  title,
  ...(description !== undefined && { description }),
});
const day = (title: string, description?: string) => ({
  type: ['string', 'null'],
  format: 'date',
  title,
  ...(description !== undefined && { description }),
});

/** Orders, contracts and invoices for advertising time. */
const AD_BUY = {
  type: 'object',
  properties: {
    contract_num: text(
      'Contract number',
      'Number of the contract, or else: the invoice number, the order number',
    ),
    advertiser: text('Advertiser', 'Who advertises'),
    gross_amount: money('Gross amount', 'Total of all spots before agency commission'),
    flight_from: day('Flight start', 'First day on which spots are shown'),
    flight_to: day('Flight end', 'Last day on which spots are shown'),
  },
};

/** Filings of agents of foreign principals. */
const REGISTRATION = {
  type: 'object',
  properties: {
    registration_number: text('Registration number'),
    registrant_name: text('Name of registrant'),
    document_type: {
      type: ['string', 'null'],
      enum: ['Amendment', 'Dissemination Report', 'Short-Form', null],
      description: 'Which form it is',
    },
    date_stamped: day('Date stamped', 'When the filing was received'),
    short_form_name: text('Short form name', 'On a short form: name of the person who registers'),
  },
};

const INVOICE = {
  type: 'object',
  properties: {
    invoice_number: text('Invoice number'),
    issue_date: day('Invoice date'),
    due_date: day('Due date', 'Until when it has to be paid'),
    order_reference: text('Order number', 'The order of the buyer'),
    currency: text('Currency', 'Code such as EUR'),
    seller_name: text('Seller'),
    seller_city: text('City of the seller'),
    seller_postcode: text('Postcode of the seller'),
    seller_vat_id: text('VAT id of the seller'),
    buyer_name: text('Buyer'),
    buyer_city: text('City of the buyer'),
    iban: text('IBAN'),
    net_total: money('Net total', 'Total amount without tax'),
    tax_total: money('Tax total'),
    gross_total: money('Gross total', 'Total amount with tax'),
    due_amount: money('Amount due', 'What remains to be paid'),
    line_items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: text('Item name'),
          quantity: money('Quantity'),
          unit_price: money('Unit price', 'Net price of one'),
          line_total: money('Line total', 'Net amount of the line'),
        },
      },
    },
  },
};

const INVOICE_OF_ANY_LAND = {
  type: 'object',
  properties: {
    invoice_number: text('Invoice number'),
    date: day('Invoice date'),
    date_due: day('Due date'),
    amount: money('Total amount', 'With tax'),
    amount_untaxed: money('Total without tax'),
    amount_tax: money('Tax amount'),
    currency: text('Currency', 'Code such as EUR'),
    iban: text('IBAN'),
    bic: text('BIC'),
    vat: text('VAT number of the seller'),
    partner_name: text('Name of the seller'),
    partner_email: text('E-mail address of the seller'),
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: text('Description'),
          qty: money('Quantity'),
          price_unit: money('Unit price'),
          price_subtotal: money('Line amount'),
        },
      },
    },
  },
};

export const SCHEMAS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  adbuy: AD_BUY,
  fara: REGISTRATION,
  zugferd: INVOICE,
  invoice2data: INVOICE_OF_ANY_LAND,
};
