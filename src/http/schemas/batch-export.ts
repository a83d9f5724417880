import { Type } from 'typebox';

import { MAX_LINK_SECONDS } from '../../services/download-links.ts';
import { EXPORT_FORMATS } from '../../services/export-batch.ts';
import { Maybe, OneOf } from './fields.ts';
import { ProjectScope } from './scope.ts';

const format = OneOf(EXPORT_FORMATS, { default: 'zip', description: 'Default `zip`.' });

export const BatchExportQuery = Type.Object({ format: Type.Optional(format), ...ProjectScope });

/** An addition of Sheaf. */
export const BatchExportLinkBody = Type.Object(
  {
    format: Type.Optional(format),
    expires_at_seconds: Maybe(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LINK_SECONDS,
        description: 'How long the link is good, in seconds; default one hour.',
      }),
    ),
  },
  { $id: 'BatchExportLink' },
);
