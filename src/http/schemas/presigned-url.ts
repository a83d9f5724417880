import { Type, type Static } from 'typebox';

import { DateTime, MapOf, Maybe } from './fields.ts';

/** A link that needs no key until it expires. */
export const PresignedUrl = Type.Object(
  {
    url: Type.String({ minLength: 1, format: 'uri' }),
    expires_at: DateTime(),
    form_fields: Maybe(MapOf(Type.String())),
  },
  { $id: 'PresignedUrl' },
);
export type PresignedUrl = Static<typeof PresignedUrl>;
