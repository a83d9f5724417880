/** Why something could not be sent; stable, for code that must tell the cases apart. */
export type EgressErrorCode =
  /** Not an `http:` or `https:` URL that could be called at all. */
  | 'INVALID_URL'
  /** A header that HTTP does not know how to carry; the message names it without its value. */
  | 'INVALID_HEADER'
  /** The address is not public, and `SHEAF_EGRESS_ALLOW` has no exception for it. */
  | 'EGRESS_DENIED'
  /** The name has no address. */
  | 'UNRESOLVED'
  /** No connection, or it broke off before the answer was complete. */
  | 'CONNECTION_FAILED'
  /** The certificate is not one for this name, or the TLS handshake failed. */
  | 'TLS_FAILED'
  /** The proxy would not reach the target. */
  | 'PROXY_FAILED'
  /** The whole exchange took longer than its caller allowed. */
  | 'TIMEOUT'
  /** The answer has more bytes than its caller allowed. */
  | 'TOO_LARGE'
  /** The caller's signal was aborted. */
  | 'ABORTED';

/**
 * A request to an address that a client named did not come to a complete answer. The message names the host and
 * may be shown to clients: it holds no path, query, credential or header, and no address that a name has.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: EgressErrorCode;

  constructor(code: EgressErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
