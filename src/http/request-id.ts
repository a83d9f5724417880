import type { IncomingMessage } from 'node:http';

import { v7 as uuidv7 } from 'uuid';

export const REQUEST_ID_HEADER = 'x-request-id';

/** What a client may call its request: it goes into log lines and headers as it is. */
const SANE = /^[\w.:-]{1,128}$/;

/** The id under which a request is logged and answered: the client's own when it is sane, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SANE.test(given) ? given : uuidv7();
}
