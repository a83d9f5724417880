import { Type, type Static } from 'typebox';

import { DateTime, Maybe } from './fields.ts';
import { ProjectScope } from './scope.ts';

const fields = {
  id: Type.String(),
  name: Type.String(),
  is_current: Type.Boolean({ description: 'The request was made with this key.' }),
  created_at: DateTime(),
  last_used_at: Maybe(DateTime({ description: 'To the minute; null: never used.' })),
  revoked_at: Maybe(DateTime()),
};

/** A key of a project: never itself, nor anything made from it. */
export const ApiKey = Type.Object(fields, { $id: 'ApiKey', description: 'An addition of Sheaf.' });
export type ApiKey = Static<typeof ApiKey>;

export const ApiKeyList = Type.Array(ApiKey, { $id: 'ApiKeyList' });

/** A key at its making. */
export const NewApiKey = Type.Object(
  { ...fields, key: Type.String({ description: 'The secret. It is shown this once.' }) },
  { $id: 'NewApiKey', description: 'An addition of Sheaf.' },
);
export type NewApiKey = Static<typeof NewApiKey>;

export const ApiKeyCreateBody = Type.Object({ name: Type.String() }, { $id: 'ApiKeyCreate' });

export const ApiKeyParams = Type.Object({ key_id: Type.String() });

export const ApiKeyDeleteQuery = Type.Object({
  confirm: Type.Optional(Type.Boolean({ description: 'Needed for the key that makes the request.' })),
  ...ProjectScope,
});
