import { expect, test } from 'vitest';
import type { FormField, ReadPage } from '../../../model/document.ts';
import { encodeForms } from './forms.ts';

const BOX = { x: 1, y: 2, w: 3, h: 4 };

function formsOf(fields: readonly FormField[] | undefined): { json: Node[]; list: { md: string } }[] {
  const page: ReadPage = {
    success: true,
    pageNumber: 3,
    width: 600,
    height: 800,
    source: 'text_layer',
    text: '',
    markdown: '',
    items: [],
    ...(fields && { fields }),
  };
  return (JSON.parse(encodeForms(page)) as { forms: { json: Node[]; list: { md: string } }[] }).forms;
}

interface Node {
  readonly type: string;
  readonly id: string;
  readonly items?: Node[];
}

const field = (id: string, rest: Partial<FormField> = {}): FormField => {
  return { kind: 'text', id, boxes: [BOX], ...rest };
};

test('names with dots make sections, in the order of their first fields', () => {
  const [form] = formsOf([
    field('date', { value: '1 May' }),
    field('person.name', { value: 'Ada' }),
    field('person.address.town'),
    field('signed', { kind: 'signature' }),
    field('person.born', { label: 'Year of birth', value: '1815' }),
  ]);
  const outline = (nodes: readonly Node[]): unknown[] =>
    nodes.map((node) => (node.items ? { [node.id]: outline(node.items) } : node.id));
  expect(outline(form?.json ?? [])).toEqual([
    'date',
    { person: ['person.name', 'person.born', { 'person.address': ['person.address.town'] }] },
    'signed',
  ]);
  expect(form?.list.md.split('\n')).toEqual([
    '- date: 1 May',
    '- name: Ada',
    '- town:',
    '- signed:',
    '- Year of birth: 1815',
  ]);
});

test('each kind of field tells its value and whether it has one', () => {
  const [form] = formsOf([
    field('a', { kind: 'checkbox', value: true }),
    field('b', { kind: 'checkbox', value: false }),
    field('c', { kind: 'multi_select', value: ['red', 'blue'] }),
    field('d'),
  ]);
  expect(form?.json).toEqual([
    expect.objectContaining({ field: 'checkbox', value: true, isEmpty: false, bbox: [BOX] }),
    expect.objectContaining({ field: 'checkbox', value: false, isEmpty: true }),
    expect.objectContaining({ field: 'multi_select', value: 'red, blue', isEmpty: false }),
    expect.objectContaining({ field: 'text', value: null, isEmpty: true }),
  ]);
  expect(form?.list.md).toBe('- [x] a\n- [ ] b\n- c: red, blue\n- d:');
});

test('a page without fields has no form, and a name of a thousand dots no thousand sections', () => {
  expect(formsOf(undefined)).toEqual([]);
  const [form] = formsOf([field('.'.repeat(1_000))]);
  expect(form?.json).toHaveLength(1);
  expect(form?.json[0]?.type).toBe('field');
});
