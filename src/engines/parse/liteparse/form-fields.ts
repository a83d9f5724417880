import { LiteParse, type DocumentAnnotation, type FormField as LiteField } from '@llamaindex/liteparse';
import type { FormField } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { DocumentSource } from './document-source.ts';
import { toBoxes } from './geometry.ts';
import { access, pageChoice } from './lite-config.ts';
import { PASSWORD, shownValues, type ShownText } from './form-text.ts';

/** Field flag of ISO 32000-1, table 230: a list may give several. */
const MULTI_SELECT = 1 << 21;

const KINDS: Readonly<Record<string, FormField['kind']>> = {
  text: 'text',
  checkbox: 'checkbox',
  radiobutton: 'single_select',
  combobox: 'single_select',
  listbox: 'single_select',
  signature: 'signature',
};

/** The form on a page. */
export interface PageForm {
  readonly fields: readonly FormField[];
  /** What viewers show in the fields. */
  readonly shown: readonly ShownText[];
}

/** A page as far as it tells whether it has fields. */
export interface AnnotatedPage {
  readonly pageNumber: number;
  readonly annotations: readonly DocumentAnnotation[];
}

/**
 * Form fields by page. Only pages whose annotations show that they have some are read again, so that documents without
 * forms, nearly all of them, pay nothing. A form that cannot be read leaves the page without fields.
 */
export async function readForms(
  annotated: readonly AnnotatedPage[],
  source: DocumentSource,
  options: ParseOptions,
  warn: (sentence: string) => void,
): Promise<ReadonlyMap<number, PageForm>> {
  const pages = annotated
    .filter(({ annotations }) => annotations.some(({ subtype }) => subtype === 'widget'))
    .map(({ pageNumber }) => pageNumber);
  const forms = new Map<number, PageForm>();
  if (pages.length === 0 || source.media !== 'pdf') return forms;
  try {
    const parser = new LiteParse({
      ...access(options),
      ...pageChoice({ pages }),
      ocrEnabled: false,
      outputFormat: 'text',
      extractFormFields: true,
      continueOnPageError: true,
    });
    for (const page of (await parser.parse(source.locate(1).path)).pages) {
      const widgets = page.formFields ?? [];
      forms.set(page.pageNum, { fields: joinWidgets(widgets), shown: shownValues(widgets) });
    }
  } catch {
    warn(`The form fields of pages ${pages[0]} to ${pages.at(-1)} could not be read.`);
  }
  return forms;
}

/** Widgets of one name are one field: the buttons of a group, or a field that is shown twice. */
function joinWidgets(widgets: readonly LiteField[]): FormField[] {
  const byName = new Map<string, LiteField[]>();
  for (const widget of widgets) {
    if (!(widget.type in KINDS)) continue;
    const id = widget.name ?? widget.id;
    const same = byName.get(id);
    if (same) same.push(widget);
    else byName.set(id, [widget]);
  }
  return [...byName].map(([id, same]) => toField(id, same));
}

function toField(id: string, widgets: readonly LiteField[]): FormField {
  const [first] = widgets;
  const label = first?.alternateName?.trim();
  const several = first?.type === 'listbox' && (first.fieldFlags & MULTI_SELECT) !== 0;
  const value = first && valueOf(widgets, first, several);
  return {
    kind: several ? 'multi_select' : (KINDS[first?.type ?? ''] ?? 'text'),
    id,
    boxes: widgets.flatMap((widget) => toBoxes(widget.rect)),
    ...(label ? { label } : {}),
    ...(value === undefined || value === '' ? {} : { value }),
  };
}

function valueOf(widgets: readonly LiteField[], first: LiteField, several: boolean): FormField['value'] {
  switch (first.type) {
    case 'checkbox':
      return widgets.some((widget) => widget.checked === true);
    case 'radiobutton': {
      const chosen = widgets.find((widget) => widget.checked === true);
      return chosen?.exportValue ?? chosen?.value;
    }
    case 'combobox':
    case 'listbox':
      if (several && first.selectedOptions.length > 0) return first.selectedOptions;
      return first.selectedOptions[0] ?? first.value;
    default:
      return (first.fieldFlags & PASSWORD) === 0 ? first.value : undefined;
  }
}
