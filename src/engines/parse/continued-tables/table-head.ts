import type { TableCell, TableSource } from '../../../model/document.ts';
import { plainText } from '../items/markup.ts';

/** Rows that tell what a table's columns hold; more add nothing. */
const ROWS_LOOKED_AT = 50;
/** A column with this share of values holds values. */
const MOSTLY_VALUES = 0.6;
const VALUE =
  /^[\s(]*[-–−+~<>≤≥]?\s*(?:[$€£¥]|[A-Z]{3}\s)?\s*\d[\d.,'’\s]*(?:%|[$€£¥]|\s?[A-Za-z]{1,3})?[\s)*]*$/;
const NOTHING = /^(?:[-–—.…]|n\/?a|n\.a\.)?$/i;
const YEAR = /^(?:1[89]|20)\d\d$/;
/** Longer texts are not looked at: no value has so many signs. */
const LONGEST_VALUE = 40;

/**
 * How many rows at the top of a table's rest repeat its head.
 * @returns undefined when the rest has a head of its own, which makes it another table
 */
export function repeatedHead(table: TableSource, rest: TableSource): number | undefined {
  const head = Math.max(1, table.headerRows);
  const isRepeated =
    rest.rows.length >= head &&
    table.rows.slice(0, head).every((row, index) => sameTexts(row, rest.rows[index]));
  if (isRepeated) return head;
  // A head with another word above the labels begins another part of the table, and stays as a row.
  if (isAlike(table.rows[0] ?? [], rest.rows[0] ?? [])) return 0;
  return rest.headerRows === 0 || isData(rest.rows[0] ?? [], table) ? 0 : undefined;
}

function sameTexts(a: readonly TableCell[], b: readonly TableCell[] | undefined): boolean {
  return a.length === b?.length && a.every((cell, index) => keyOf(cell) === keyOf(b[index]));
}

/** Heads with this share of the same texts are heads of the same columns. */
const ALIKE = 0.65;

function isAlike(a: readonly TableCell[], b: readonly TableCell[]): boolean {
  if (a.length !== b.length || a.length < 3) return false;
  const same = a.filter((cell, index) => keyOf(cell) !== '' && keyOf(cell) === keyOf(b[index])).length;
  return same >= ALIKE * a.length;
}

function keyOf(cell: TableCell | undefined): string {
  return textOf(cell).replaceAll(/\s+/g, ' ').toLowerCase();
}

function textOf(cell: TableCell | undefined): string {
  return plainText(cell?.md ?? '').trim();
}

/**
 * Whether a row that was taken for a head is a row of the table: it has values where the table has values. In a table of
 * nothing but text, a head is told by being bold as a whole where the rows are not.
 */
function isData(row: readonly TableCell[], table: TableSource): boolean {
  const body = table.rows.slice(table.headerRows, table.headerRows + ROWS_LOOKED_AT);
  const columns = row.flatMap((_, column) => (holdsValues(body, column) ? [column] : []));
  const texts = columns.map((column) => textOf(row[column]));
  const values = texts.filter(isValue);
  if (columns.length === 0) return !isBold(row) || body.every(isBold);
  return values.length * 2 >= texts.length && values.length > 0 && !values.every((text) => YEAR.test(text));
}

function holdsValues(body: readonly (readonly TableCell[])[], column: number): boolean {
  const texts = body.map((row) => textOf(row[column])).filter((text) => !NOTHING.test(text));
  return texts.length > 0 && texts.filter(isValue).length >= texts.length * MOSTLY_VALUES;
}

function isValue(text: string): boolean {
  return text.length <= LONGEST_VALUE && VALUE.test(text);
}

function isBold(row: readonly TableCell[]): boolean {
  const told = row.filter((cell) => cell.md.trim() !== '');
  return told.length > 0 && told.every((cell) => /^\s*\*\*[^*]+\*\*\s*$/.test(cell.md.slice(0, 500)));
}
