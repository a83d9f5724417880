import { posix } from 'node:path';
import { attribute, elements, type XmlElement } from '../../containers/xml.ts';
import { readXmlPart } from '../../containers/xml-part.ts';
import { openZip, type ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';

type Warn = (sentence: string) => void;

/** What a part points to (ECMA-376 part 2, 6.5). */
export interface Relationship {
  /** The last segment of the type, which transitional and strict documents share: `image`, `hyperlink`, … */
  readonly type: string;
  /** Name of the target part, or the address as written when it lies outside. */
  readonly target: string;
  readonly external: boolean;
}
export type Relationships = ReadonlyMap<string, Relationship>;

/** An Office Open XML package. Parts that are missing or beyond repair are undefined: only the main part is needed. */
export class OoxmlPackage {
  readonly #zip: ZipContainer;
  /** Names in lower case: part names are equal without regard to case (ECMA-376 part 2, 6.3.5). */
  readonly #names: ReadonlyMap<string, string>;
  readonly #parts = new Map<string, XmlElement | undefined>();
  readonly #warn: Warn;

  private constructor(zip: ZipContainer, warn: Warn) {
    this.#zip = zip;
    this.#warn = warn;
    this.#names = new Map(zip.names.map((name) => [partKey(name), name]));
  }

  /** @param warn told of parts that are damaged @throws {DocumentFailure} */
  static async open(path: string, warn: Warn): Promise<OoxmlPackage> {
    return new OoxmlPackage(await openZip(path), warn);
  }

  /** The name under which the container holds a part, as written or decoded; undefined when it does not. */
  memberName(name: string): string | undefined {
    return this.#names.get(partKey(name)) ?? this.#names.get(partKey(decoded(name)));
  }

  has(name: string): boolean {
    return this.memberName(name) !== undefined;
  }

  /** A part's bytes as they are decompressed; nothing where the part is missing. @throws {DocumentFailure} while iterated */
  async *chunks(name: string): AsyncIterable<Buffer> {
    const exact = this.memberName(name);
    if (exact !== undefined) yield* this.#zip.chunks(exact);
  }

  /** Parses a part, once. @throws {DocumentFailure} DOCUMENT_TOO_LARGE */
  async part(name: string): Promise<XmlElement | undefined> {
    const member = this.memberName(name);
    if (member === undefined) return undefined;
    if (!this.#parts.has(member)) this.#parts.set(member, await readXmlPart(this.#zip, member, this.#warn));
    return this.#parts.get(member);
  }

  /** Relationships of a part, or of the package for ''. */
  async relationships(part: string): Promise<Relationships> {
    const folder = posix.dirname(part);
    const file = part === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
    const found = new Map<string, Relationship>();
    for (const element of elements(await this.part(file), 'Relationship')) {
      const { Id: id, Type: type, Target: target, TargetMode: mode } = element.attributes;
      if (id === undefined || target === undefined) continue;
      const external = mode === 'External';
      found.set(id, {
        type: type?.slice(type.lastIndexOf('/') + 1) ?? '',
        target: external ? target : partName(target, folder),
        external,
      });
    }
    return found;
  }

  /**
   * The main part and its name. @param usual where it lies in nearly every package, for those that do not say
   * @throws {DocumentFailure} DOCUMENT_IS_BROKEN when there is none
   */
  async main(usual: string): Promise<{ name: string; root: XmlElement; relationships: Relationships }> {
    const declared = firstOfType(await this.relationships(''), 'officeDocument');
    for (const name of [declared?.target, usual]) {
      const root = name === undefined ? undefined : await this.part(name);
      if (name !== undefined && root) return { name, root, relationships: await this.relationships(name) };
    }
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      `The document has no readable main part (${usual}). Save it again and upload the new file.`,
    );
  }

  async close(): Promise<void> {
    await this.#zip.close();
  }
}

/** A target is a reference relative to the part it is of (ECMA-376 part 2, 6.5.3.4), or begins at the package's root. */
function partName(target: string, folder: string): string {
  return posix.join('/', target.startsWith('/') ? '' : folder, target).slice(1);
}

/**
 * Targets are written as addresses, in which a blank is `%20`; some programs name the member itself without that
 * encoding. A name that encodes nothing stays as it is.
 */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function partKey(name: string): string {
  return name.replace(/^\/+/, '').replaceAll('\\', '/').toLowerCase();
}

/** The first internal relationship of a type. */
export function firstOfType(relationships: Relationships, type: string): Relationship | undefined {
  for (const one of relationships.values()) if (one.type === type && !one.external) return one;
  return undefined;
}

/** The value of `r:id` or another relationship attribute, whatever its prefix; attributes without prefix are others. */
export function relationshipId(element: XmlElement, name = 'id'): string | undefined {
  for (const [key, value] of Object.entries(element.attributes)) if (key.endsWith(`:${name}`)) return value;
  return undefined;
}

/** A yes-or-no attribute or element value (ECMA-376 part 1, 22.9.2.7); present without a value means yes. */
export function isOn(element: XmlElement | undefined): boolean {
  if (!element) return false;
  return isTrue(attribute(element, 'val') ?? 'true');
}

export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|on)$/i.test(value);
}
