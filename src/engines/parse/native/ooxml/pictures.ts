import type { XmlElement } from '../../containers/xml.ts';
import type { PictureSource } from '../../items/picture.ts';
import { relationshipId, type OoxmlPackage, type Relationships } from './package.ts';

/**
 * Finds the picture that an element refers to.
 * @param attribute the reference's name without its prefix, such as `embed` of `a:blip`
 * @param relationships of the part that the element stands in
 */
export type PictureFinder = (
  element: XmlElement | undefined,
  attribute: string,
  relationships: Relationships,
) => PictureSource | undefined;

/** Finds pictures among the parts of a package; one that is linked and lies outside is none, and never looked for. */
export function pictureFinder(source: OoxmlPackage): PictureFinder {
  return (element, attribute, relationships) => {
    const target = element && relationships.get(relationshipId(element, attribute) ?? '');
    if (!target || target.external) return undefined;
    // A part that is not there is a picture that was lost, of which its owner is told.
    return { member: source.memberName(target.target) ?? target.target };
  };
}
