import { fileURLToPath } from 'node:url';
import { nearest } from './nearest.ts';

/** A directory of this machine, or of a file system that machines share. */
export interface DiskLocation {
  readonly kind: 'disk';
  /** Absolute. */
  readonly directory: string;
}

/** Who sends a file's bytes: Sheaf; Sheaf's link leads on to the store; or clients get links of the store's own. */
export const BLOB_LINK_USES = ['server', 'redirect', 'store'] as const;
export type BlobLinkUse = (typeof BLOB_LINK_USES)[number];

/** A place in a bucket of a store that speaks S3. */
export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** What every key begins with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Where the store answers; absent: AWS. */
  readonly endpoint?: string;
  readonly region: string;
  /** Whether the bucket stands in the path of a request instead of its host's name. */
  readonly pathStyle: boolean;
  /** How clients get at files. */
  readonly links: BlobLinkUse;
  /** Where clients reach the store; absent: where Sheaf does. */
  readonly publicEndpoint?: string;
}

/** Where blobs lie. */
export type BlobLocation = DiskLocation | S3Location;

const PARAMETERS = ['endpoint', 'region', 'path_style', 'public_endpoint', 'links'] as const;

/** What AWS calls its first region; most other stores take it for theirs, or take any. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Reads `file:/directory` and `s3://bucket/prefix?endpoint=…&region=…&path_style=…&public_endpoint=…&links=…`.
 * @throws a sentence that follows the setting's name
 */
export function parseBlobUrl(text: string): BlobLocation {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:') return diskLocation(url, text);
  if (url?.protocol === 's3:') return s3Location(url);
  throw new Error('must be file:/directory or s3://bucket/prefix');
}

function diskLocation(url: URL, text: string): DiskLocation {
  // A URL makes an absolute path of any.
  const absolute = /^file:(\/\/(localhost)?)?\/[^/]/i.test(text);
  if (!absolute || url.host !== '' || url.search !== '' || url.hash !== '') {
    throw new Error('must name a directory by its whole path and nothing else, as in file:/var/lib/sheaf');
  }
  return { kind: 'disk', directory: fileURLToPath(url) };
}

function s3Location(url: URL): S3Location {
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new Error(
      'must be without user, password and fragment; credentials go into SHEAF_BLOB_ACCESS_KEY_ID and ' +
        'SHEAF_BLOB_SECRET_ACCESS_KEY, or the variables of AWS',
    );
  }
  if (url.port !== '' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname)) {
    throw new Error('must name a bucket, as in s3://bucket/prefix; a port belongs into endpoint=');
  }
  const parameters = parametersOf(url);
  const endpoint = endpointOf(parameters, 'endpoint');
  const publicEndpoint = endpointOf(parameters, 'public_endpoint');
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: prefixOf(url),
    region: parameters.get('region') ?? DEFAULT_REGION,
    pathStyle: pathStyleOf(parameters) ?? endpoint !== undefined,
    ...(endpoint !== undefined && { endpoint }),
    links: linksOf(parameters, publicEndpoint),
    ...(publicEndpoint !== undefined && { publicEndpoint }),
  };
}

function parametersOf(url: URL): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!PARAMETERS.some((known) => known === name)) {
      const near = nearest(name, PARAMETERS);
      throw new Error(
        `has the parameter ${name}, which is none of ${PARAMETERS.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
      );
    }
    if (parameters.has(name)) throw new Error(`has the parameter ${name} more than once`);
    if (value === '') throw new Error(`has the parameter ${name} without a value`);
    parameters.set(name, value);
  }
  return parameters;
}

/** Characters that every store and every signature takes as they are. */
const SEGMENT = /^[A-Za-z0-9._-]+$/;

function prefixOf(url: URL): string {
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const wrong = segments.find((segment) => !SEGMENT.test(segment));
  if (wrong !== undefined) {
    throw new Error(
      `has a prefix with other characters than letters, digits, dot, dash and underscore: ${wrong}`,
    );
  }
  return segments.map((segment) => `${segment}/`).join('');
}

function endpointOf(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.username + url.password + url.search + url.hash === '' && url.pathname === '/';
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`needs an ${name} such as https://s3.example.com, without path, user and query`);
  }
  return url.origin;
}

function pathStyleOf(parameters: ReadonlyMap<string, string>): boolean | undefined {
  const text = parameters.get('path_style');
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw new Error('needs path_style=true or path_style=false');
  return text === 'true';
}

/** The store may be known to servers alone, so that clients reach it must be said. */
function linksOf(parameters: ReadonlyMap<string, string>, publicEndpoint: string | undefined): BlobLinkUse {
  const given = parameters.get('links');
  const use = BLOB_LINK_USES.find((known) => known === given);
  if (given !== undefined && use === undefined) {
    throw new Error(`needs links= with one of ${BLOB_LINK_USES.join(', ')}`);
  }
  if (use === 'server' && publicEndpoint !== undefined) {
    throw new Error('has public_endpoint and links=server, of which one must go');
  }
  return use ?? (publicEndpoint === undefined ? 'server' : 'redirect');
}
