import { Type, type Static } from 'typebox';

import { Maybe, OneOf } from './fields.ts';
import { PageItem } from './parse-items.ts';

/** A page that could not be read; it is never left out. */
export const FailedPage = Type.Object(
  { page_number: Type.Integer(), error: Type.String(), success: Type.Literal(false) },
  { $id: 'FailedPage' },
);

/** Contract 8.3, `text`. */
export const TextResult = Type.Object(
  {
    pages: Type.Array(Type.Object({ page_number: Type.Integer(), text: Type.String() }, { $id: 'TextPage' })),
  },
  { $id: 'TextResult' },
);
export type TextResult = Static<typeof TextResult>;

const LineNumber = Type.Object(
  {
    line_number: Type.String(),
    start_index: Type.Integer({ description: 'UTF-16 offset in the markdown.' }),
    end_index: Type.Integer(),
  },
  { $id: 'LineNumber' },
);

/** Contract 8.3, `markdown`. */
export const MarkdownResult = Type.Object(
  {
    pages: Type.Array(
      Type.Union([
        Type.Object(
          {
            page_number: Type.Integer(),
            markdown: Type.String(),
            success: Type.Literal(true),
            header: Maybe(Type.String()),
            footer: Maybe(Type.String()),
            line_numbers: Maybe(Type.Array(LineNumber)),
          },
          { $id: 'MarkdownPage' },
        ),
        FailedPage,
      ]),
    ),
  },
  { $id: 'MarkdownResult' },
);
export type MarkdownResult = Static<typeof MarkdownResult>;

const RevisionBox = Type.Object(
  { x: Type.Number(), y: Type.Number(), w: Type.Number(), h: Type.Number() },
  { $id: 'RevisionBox' },
);
const offset = () => Maybe(Type.Integer({ minimum: 0 }));

/** A tracked change or comment. */
const Revision = Type.Object(
  {
    type: OneOf(['comment', 'deleted', 'inserted', 'formatted', 'moved_from', 'moved_to']),
    target: Type.String(),
    content: Type.String(),
    author: Maybe(Type.String()),
    target_bbox: RevisionBox,
    revision_bbox: RevisionBox,
    target_spans: Maybe(
      Type.Array(
        Type.Object(
          { target: Type.String(), target_bbox: RevisionBox, start_index: offset(), end_index: offset() },
          { $id: 'RevisionSpan' },
        ),
      ),
    ),
    start_index: offset(),
    end_index: offset(),
  },
  { $id: 'Revision' },
);

/** Contract 8.3, `items`. Widths and heights are points. */
export const ItemsResult = Type.Object(
  {
    pages: Type.Array(
      Type.Union([
        Type.Object(
          {
            page_number: Type.Integer(),
            page_width: Type.Number(),
            page_height: Type.Number(),
            items: Type.Array(PageItem),
            success: Type.Literal(true),
            revisions: Maybe(Type.Array(Revision)),
          },
          { $id: 'ItemsPage' },
        ),
        FailedPage,
      ]),
    ),
  },
  { $id: 'ItemsResult' },
);
export type ItemsResult = Static<typeof ItemsResult>;
