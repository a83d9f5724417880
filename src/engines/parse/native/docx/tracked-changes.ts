import { child, elements, type XmlElement } from '../../containers/xml.ts';

/**
 * Tracked changes (ECMA-376 part 1, 17.13.5): the document is read as if all were accepted. What is left out here is
 * told by the list of revisions, where somebody asks for it.
 */
const REMOVED = new Set(['del', 'moveFrom', 'delText', 'delInstrText', 'cellDel']);

/** Content that a tracked change removes. */
export function isRemoved(element: XmlElement): boolean {
  return REMOVED.has(element.name);
}

/** A paragraph whose end was deleted runs on into the next one. */
export function runsOn(paragraphProperties: XmlElement | undefined): boolean {
  const mark = child(paragraphProperties, 'rPr');
  return elements(mark).some((node) => node.name === 'del' || node.name === 'moveFrom');
}

export function isRemovedRow(rowProperties: XmlElement | undefined): boolean {
  return child(rowProperties, 'del') !== undefined;
}
