/** An item of a parse result, as far as schemas are proposed from it (contract 8.3). */
export interface ProposalItem {
  readonly type: string;
  readonly value?: string;
  readonly rows?: readonly (readonly (string | number | null)[])[];
  readonly items?: readonly ProposalItem[];
}

type Json = Readonly<Record<string, unknown>>;

/** Fields of one level that a proposal has at most, and lists of rows. */
const MOST_FIELDS = 60;
const MOST_LISTS = 10;
const MOST_COLUMNS = 40;
/** Rows of a table that its columns' types are told by. */
const SAMPLE_ROWS = 50;
const LONGEST_LINE = 300;
const LONGEST_NAME = 60;

/** `Label: value` on a line of its own. Bounded, so that no line makes it slow. */
const LABELLED = /^(\p{L}[\p{L}\p{N} ./()&#'-]{0,40}):\s{0,10}(\S.{0,200})$/u;

/**
 * Proposes fields for what a document shows: labels with their values, and tables with their columns. Every field may
 * be null, because the next document of the kind may not have it. Pure.
 * @param items of the pages that are looked at, in reading order
 * @returns properties of a data schema by their names; none for a document without labels and tables
 */
export function proposeFields(items: Iterable<ProposalItem>): Record<string, Json> {
  const fields: Record<string, Json> = {};
  const lists: Record<string, Json> = {};
  let heading = '';
  for (const item of flatten(items)) {
    if (item.type === 'heading') heading = item.value ?? '';
    else if (item.type === 'table') addTable(item.rows ?? [], heading, fields, lists);
    else for (const [label, value] of labelledLines(item.value ?? '')) addField(fields, label, [value]);
  }
  return { ...fields, ...lists };
}

function* flatten(items: Iterable<ProposalItem>): Generator<ProposalItem> {
  for (const item of items) {
    yield item;
    if (item.items) yield* flatten(item.items);
  }
}

function* labelledLines(text: string): Generator<[label: string, value: string]> {
  for (const line of text.split('\n')) {
    if (line.length > LONGEST_LINE) continue;
    const [, label, value] = LABELLED.exec(line.trim()) ?? [];
    if (label !== undefined && value !== undefined && !value.startsWith('//')) yield [label, value];
  }
}

type Cell = string | number | null | undefined;

function addTable(
  rows: readonly (readonly Cell[])[],
  heading: string,
  fields: Record<string, Json>,
  lists: Record<string, Json>,
): void {
  const [head = [], ...body] = rows;
  if (head.length === 2 && rows.every(([label]) => isLabel(label)) && !isHeader(head, body)) {
    for (const [label, value] of rows) addField(fields, String(label).replace(/:\s*$/, ''), [value]);
    return;
  }
  if (head.length < 2 || body.length === 0 || !head.every(isLabel)) return;
  const columns: Record<string, Json> = {};
  const sample = body.slice(0, SAMPLE_ROWS);
  for (const [index, label] of head.slice(0, MOST_COLUMNS).entries()) {
    addField(
      columns,
      String(label),
      sample.map((row) => row[index]),
    );
  }
  const name = fieldName(heading) || 'rows';
  if (Object.keys(columns).length < 2 || Object.keys(lists).length >= MOST_LISTS) return;
  const list = { type: 'array', items: { type: 'object', properties: columns, required: [] } };
  lists[freeName(name, { ...fields, ...lists })] = heading === '' ? list : { ...list, title: heading };
}

/** Words rather than a number: what heads a column or stands before a value. */
function isLabel(cell: Cell): boolean {
  return (
    typeof cell === 'string' &&
    cell.length <= LONGEST_NAME &&
    /\p{L}/u.test(cell) &&
    typeOf([cell]).type === 'string'
  );
}

/** A first row of two names is a header when the second column below it is of another kind than its name. */
function isHeader([, name]: readonly Cell[], body: readonly (readonly Cell[])[]): boolean {
  const values = body.map((row) => row[1]);
  return isLabel(name) && !String(name).endsWith(':') && typeOf(values).type !== 'string';
}

function addField(fields: Record<string, Json>, label: string, values: readonly Cell[]): void {
  const name = fieldName(label);
  if (name === '' || Object.hasOwn(fields, name) || Object.keys(fields).length >= MOST_FIELDS) return;
  fields[name] = { title: label.trim(), anyOf: [typeOf(values), { type: 'null' }] };
}

function freeName(name: string, taken: Json): string {
  let free = name;
  for (let number = 2; Object.hasOwn(taken, free); number += 1) free = `${name}_${number}`;
  return free;
}

/** Letters and digits in lower case with underscores between; empty when there are none. */
function fieldName(label: string): string {
  const plain = label.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const name = plain.replaceAll(/[^\p{L}\p{N}]+/gu, '_').replaceAll(/^_|_$/g, '');
  return name.slice(0, LONGEST_NAME).replace(/^(?=\d)/, 'field_');
}

const INTEGER = /^[+-]?\d{1,15}$/;
/** An amount: digits with points or commas between, a currency before or behind. */
const NUMBER = /^[+-]?\p{Sc}?\s?[+-]?\d[\d., ']{0,30}(?:\s?(?:\p{Sc}|%|[A-Z]{3}))?$/u;
const DATE = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})$/;

/** The narrowest type that all values have; leading zeros are kept as text, because they mean something. */
function typeOf(cells: readonly Cell[]): { readonly type: string; readonly format?: string } {
  const values = cells
    .filter((cell) => cell !== null && cell !== undefined)
    .map((cell) => String(cell).trim())
    .filter((value) => value !== '');
  if (values.length === 0 || values.some((value) => /^0\d/.test(value))) return { type: 'string' };
  if (values.every((value) => DATE.test(value))) return { type: 'string', format: 'date' };
  if (values.every((value) => INTEGER.test(value))) return { type: 'integer' };
  if (values.every((value) => NUMBER.test(value))) return { type: 'number' };
  if (values.every((value) => /^(?:yes|no|true|false)$/i.test(value))) return { type: 'boolean' };
  return { type: 'string' };
}
