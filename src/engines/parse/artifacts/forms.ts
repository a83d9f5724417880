import type { FormField, Page } from '../../../model/document.ts';
import { escapeMarkdown } from '../items/markup.ts';

/** Names of fields are paths, `person.address.street`; deeper ones than this stay names. */
const DEEPEST_SECTION = 8;

type Node = { readonly [key: string]: unknown };
interface Section {
  readonly fields: FormField[];
  readonly sections: Map<string, Section>;
}

/** A page of the `forms` section as JSON text (contract 8.3); pages without a form have none. */
export function encodeForms(page: Page): string {
  if (!page.success) {
    return JSON.stringify({ page_number: page.pageNumber, error: page.error, success: false });
  }
  const fields = page.fields ?? [];
  return JSON.stringify({
    page_number: page.pageNumber,
    page_width: page.width,
    page_height: page.height,
    forms: fields.length === 0 ? [] : [{ json: formTree(fields), list: formList(fields) }],
    success: true,
  });
}

/** Sections by what the fields' names have in common, in the order of their first fields. */
function formTree(fields: readonly FormField[]): Node[] {
  const root: Section = { fields: [], sections: new Map() };
  const order: (FormField | string)[] = [];
  for (const field of fields) {
    const path = field.id.split('.').slice(0, -1);
    const first = path[0];
    if (first === undefined || path.length > DEEPEST_SECTION) {
      order.push(field);
      continue;
    }
    if (!root.sections.has(first)) order.push(first);
    let section = root;
    for (const name of path) {
      const inner = section.sections.get(name) ?? { fields: [], sections: new Map() };
      section.sections.set(name, inner);
      section = inner;
    }
    section.fields.push(field);
  }
  return order.flatMap((entry) => {
    if (typeof entry !== 'string') return [fieldNode(entry)];
    const section = root.sections.get(entry);
    return section ? [sectionNode(section, [entry])] : [];
  });
}

function sectionNode(section: Section, path: readonly string[]): Node {
  const inner = [...section.sections].map(([name, child]) => sectionNode(child, [...path, name]));
  const items = [...section.fields.map(fieldNode), ...inner];
  return { type: 'section', id: path.join('.'), label: path.at(-1) ?? '', items };
}

function fieldNode(field: FormField): Node {
  const { value } = field;
  return {
    type: 'field',
    field: field.kind,
    id: field.id,
    label: labelOf(field),
    value: Array.isArray(value) ? value.join(', ') : (value ?? null),
    isEmpty: value === undefined || value === false || value === '' || (value as unknown[]).length === 0,
    bbox: field.boxes,
  };
}

function formList(fields: readonly FormField[]): Node {
  const items = fields.map((field) => {
    const label = labelOf(field);
    const { value } = field;
    if (typeof value === 'boolean') {
      const mark = value ? 'x' : ' ';
      return { type: 'text', value: `[${mark}] ${label}`, md: `- [${mark}] ${escapeMarkdown(label)}` };
    }
    const shown = Array.isArray(value) ? value.join(', ') : ((value as string | undefined) ?? '');
    return {
      type: 'text',
      value: `${label}: ${shown}`.trimEnd(),
      md: `- ${escapeMarkdown(label)}: ${escapeMarkdown(shown)}`.trimEnd(),
    };
  });
  return { type: 'list', ordered: false, md: items.map((item) => item.md).join('\n'), items };
}

function labelOf(field: FormField): string {
  return field.label ?? field.id.split('.').at(-1) ?? field.id;
}
