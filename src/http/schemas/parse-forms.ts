import { Type, type Static } from 'typebox';

import { Maybe, OneOf } from './fields.ts';
import { BBox } from './parse-items.ts';
import { FailedPage } from './parse-pages.ts';

const boxes = Maybe(Type.Array(BBox));
const node = Type.Union([Type.Ref('FormSection'), Type.Ref('FormField'), Type.Ref('FormTable')], {
  discriminator: { propertyName: 'type' },
});
const kind = <const Name extends string>(name: Name) => Type.Literal(name, { default: name });

/** The parts of a form; sections hold sections, and a table cell may hold parts again. */
const parts = {
  FormSection: Type.Object({
    type: kind('section'),
    id: Maybe(Type.String()),
    label: Maybe(Type.String()),
    items: Type.Array(node),
  }),
  FormField: Type.Object({
    type: kind('field'),
    field: OneOf(['text', 'checkbox', 'single_select', 'multi_select', 'signature']),
    id: Maybe(Type.String()),
    label: Maybe(Type.String()),
    value: Maybe(Type.Union([Type.String(), Type.Boolean()])),
    isEmpty: Maybe(Type.Boolean()),
    valueItems: Maybe(Type.Array(node)),
    bbox: boxes,
  }),
  FormTable: Type.Object({
    type: kind('table'),
    id: Maybe(Type.String()),
    label: Maybe(Type.String()),
    columns: Maybe(Type.Array(Type.String())),
    rows: Type.Array(
      Type.Array(Type.Union([Type.String(), Type.Object({ items: Type.Array(node) }), Type.Null()])),
    ),
    bbox: boxes,
  }),
};

const FormListItem = Type.Cyclic(
  {
    FormListItem: Type.Object({
      type: kind('list'),
      ordered: Type.Boolean(),
      md: Type.String(),
      items: Type.Array(
        Type.Union([
          Type.Object(
            { type: kind('text'), value: Type.String(), md: Type.String() },
            { $id: 'FormListText' },
          ),
          Type.Ref('FormListItem'),
        ]),
      ),
    }),
  },
  'FormListItem',
);

const FormNode = Type.Union([
  Type.Cyclic(parts, 'FormSection'),
  Type.Cyclic(parts, 'FormField'),
  Type.Cyclic(parts, 'FormTable'),
]);

const Form = Type.Object({ json: Type.Array(FormNode), list: FormListItem }, { $id: 'Form' });

/** Contract 8.3, `forms`. */
export const FormsResult = Type.Object(
  {
    pages: Type.Array(
      Type.Union([
        Type.Object(
          {
            page_number: Type.Integer(),
            page_width: Maybe(Type.Number()),
            page_height: Maybe(Type.Number()),
            forms: Type.Array(Form),
            success: Type.Literal(true),
          },
          { $id: 'FormsPage' },
        ),
        FailedPage,
      ]),
    ),
  },
  { $id: 'FormsResult' },
);
export type FormsResult = Static<typeof FormsResult>;
