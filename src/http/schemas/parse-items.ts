import { Type, type Static } from 'typebox';

import { Maybe } from './fields.ts';

/** A rectangle in points from the page's top left corner (contract 8.3). */
export const BBox = Type.Object(
  {
    x: Type.Number(),
    y: Type.Number(),
    w: Type.Number(),
    h: Type.Number(),
    r: Maybe(Type.Number({ description: 'Rotation.' })),
    confidence: Maybe(Type.Number()),
    start_index: Maybe(Type.Integer()),
    end_index: Maybe(Type.Integer()),
    label: Maybe(Type.String()),
  },
  { $id: 'BBox' },
);
export type BBox = Static<typeof BBox>;

const base = { md: Type.String(), bbox: Maybe(Type.Array(BBox)) };

/** `type` is always sent, although clients may fill in a missing one. */
const kind = <const Name extends string>(name: Name) => Type.Literal(name, { default: name });

export const TextItem = Type.Object(
  { type: kind('text'), ...base, value: Type.String() },
  { $id: 'TextItem' },
);
export const HeadingItem = Type.Object(
  { type: kind('heading'), ...base, level: Type.Integer({ minimum: 1, maximum: 6 }), value: Type.String() },
  { $id: 'HeadingItem' },
);
export const ListItem = Type.Cyclic(
  {
    ListItem: Type.Object({
      type: kind('list'),
      ...base,
      ordered: Type.Boolean(),
      items: Type.Array(Type.Union([TextItem, Type.Ref('ListItem')])),
    }),
  },
  'ListItem',
);
export const CodeItem = Type.Object(
  { type: kind('code'), ...base, value: Type.String(), language: Maybe(Type.String()) },
  { $id: 'CodeItem' },
);
export const TableItem = Type.Object(
  {
    type: kind('table'),
    ...base,
    rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]))),
    html: Type.String(),
    csv: Type.String(),
    merged_from_pages: Maybe(Type.Array(Type.Integer())),
    merged_into_page: Maybe(Type.Integer()),
    parse_concerns: Maybe(
      Type.Array(Type.Object({ type: Type.String(), details: Type.String() }, { $id: 'ParseConcern' })),
    ),
  },
  { $id: 'TableItem' },
);
export const ImageItem = Type.Object(
  { type: kind('image'), ...base, caption: Type.String(), url: Type.String() },
  { $id: 'ImageItem' },
);
export const LinkItem = Type.Object(
  { type: kind('link'), ...base, text: Type.String(), url: Type.String() },
  { $id: 'LinkItem' },
);

const bodyItems = [TextItem, HeadingItem, ListItem, CodeItem, TableItem, ImageItem, LinkItem] as const;
const BodyItem = Type.Union([...bodyItems], { discriminator: { propertyName: 'type' } });

export const HeaderItem = Type.Object(
  { type: kind('header'), ...base, items: Type.Array(BodyItem) },
  { $id: 'HeaderItem' },
);
export const FooterItem = Type.Object(
  { type: kind('footer'), ...base, items: Type.Array(BodyItem) },
  { $id: 'FooterItem' },
);

/** Everything that can stand on a page. */
export const PageItem = Type.Union([...bodyItems, HeaderItem, FooterItem], {
  discriminator: { propertyName: 'type' },
});
export type PageItem = Static<typeof PageItem>;
