import type { Tenant } from './site.ts';

/** How a valid request to one operation is made. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the description writes it. */
  readonly path: string;
  /** Status of success. */
  readonly success: number;
  /** Makes what the path names, in a project, and says its ids. */
  readonly ids?: (tenant: Tenant) => Promise<Readonly<Record<string, string>>>;
  /** The operation ends what it names: every request needs new ids. */
  readonly consumes?: true;
  /** Requests that delete what the path names, so that nothing but 404 can be right afterwards. */
  readonly remove?: readonly (readonly [method: 'POST' | 'DELETE', path: string])[];
  /** A JSON body, or several that differ in kind. */
  readonly bodies?: (tenant: Tenant, ids: Readonly<Record<string, string>>) => Promise<readonly unknown[]>;
  /** The form's file field, its text fields, and the field that holds JSON of a schema. */
  readonly form?: {
    readonly file: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly json?: { readonly field: string; readonly schema: string };
  };
  /** Required query fields. */
  readonly query?: Readonly<Record<string, string>>;
  /** Further queries that are right. */
  readonly queries?: readonly string[];
  /** Differences from the published surface that are meant: what came after it. */
  readonly newer?: RegExp;
}
