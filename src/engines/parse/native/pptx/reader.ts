import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowPage } from '../../items/flow.ts';
import type { DocumentReader, PageReading, ReaderInput } from '../../reader.ts';
import { NATIVE_ENGINE } from '../flow-document.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { drawingLines } from '../ooxml/drawing-ml.ts';
import { readGraphics } from '../ooxml/graphic.ts';
import { firstOfType, isTrue, OoxmlPackage, relationshipId } from '../ooxml/package.ts';
import { pictureFinder } from '../ooxml/pictures.ts';
import { PicturePages } from '../pictures/picture-pages.ts';
import { commentAuthors, slideComments, type CommentAuthors } from './comments.ts';
import { placeholderOf } from './placeholders.ts';
import { points } from './shapes.ts';
import { readSlide } from './slide.ts';

/** A slide that could be read, or why it could not. */
type SlideReading = Omit<FlowPage, 'pageNumber'> | { readonly error: string };

/** Reads presentations (ECMA-376 part 1, 19). A slide is a page. */
export const openPptx: DocumentReader = async (input) => {
  const pack = await OoxmlPackage.open(input.path, input.warn);
  try {
    const slides = await readPresentation(pack, input);
    const pictures = new PicturePages(input);
    return {
      engine: NATIVE_ENGINE,
      documentPages: slides.length,
      offers: ['embedded'],
      read: (pageNumbers) => readSlides(slides, pageNumbers, pictures),
      finish: () => pictures.finish(),
    };
  } finally {
    await pack.close();
  }
};

async function readSlides(
  slides: readonly SlideReading[],
  pageNumbers: readonly number[],
  pictures: PicturePages,
): Promise<PageReading[]> {
  const faults = new Map<number, PageReading>();
  const pages: FlowPage[] = [];
  for (const pageNumber of pageNumbers) {
    const slide = slides[pageNumber - 1];
    if (!slide) continue;
    if ('error' in slide)
      faults.set(pageNumber, { fault: { pageNumber, error: slide.error, isOcrFault: false } });
    else pages.push({ ...slide, pageNumber });
  }
  const read = await pictures.read(pages);
  const byPage = new Map(pages.map(({ pageNumber }, index) => [pageNumber, read[index]]));
  return pageNumbers.flatMap((pageNumber) => faults.get(pageNumber) ?? byPage.get(pageNumber) ?? []);
}

/** PowerPoint's own size where a presentation names none: 10 by 7.5 inches. */
const DEFAULT_SIZE = { width: 720, height: 540 };

interface Presentation {
  readonly pack: OoxmlPackage;
  readonly input: ReaderInput;
  readonly authors: CommentAuthors;
  readonly width: number;
  readonly height: number;
}

async function readPresentation(pack: OoxmlPackage, input: ReaderInput): Promise<SlideReading[]> {
  const { root, relationships } = await pack.main('ppt/presentation.xml');
  const size = child(root, 'sldSz');
  const [width, height] = [points(attribute(size, 'cx')), points(attribute(size, 'cy'))];
  const page = width && height && width > 0 && height > 0 ? { width, height } : DEFAULT_SIZE;
  const sections = sectionNames(root);
  const authors = await commentAuthors(pack, relationships);
  const slides: SlideReading[] = [];
  const hidden: number[] = [];
  for (const entry of elements(child(root, 'sldIdLst'), 'sldId')) {
    const number = slides.length + 1;
    const target = relationships.get(relationshipId(entry) ?? '');
    const part = target && !target.external ? target.target : undefined;
    const reading = await readSlidePart(part, number, { pack, input, authors, ...page });
    if (reading === 'hidden') hidden.push(number);
    const section = sections.get(entry.attributes['id'] ?? '');
    slides.push({
      ...(reading === 'hidden' ? { blocks: [], ...page } : reading),
      ...(section !== undefined && { slideSectionName: section }),
    });
  }
  if (hidden.length > 0)
    input.warn(
      `Hidden slides are left out, and their pages are empty: ${hidden.join(', ')}. Show them in PowerPoint to have them read.`,
    );
  return slides;
}

/** Names of sections by the slides in them ([MS-PPTX] 2.6.7). */
function sectionNames(root: XmlElement): Map<string, string> {
  const names = new Map<string, string>();
  for (const section of elements(findBelow(child(root, 'extLst'), 'sectionLst'), 'section')) {
    const name = attribute(section, 'name');
    for (const slide of elements(child(section, 'sldIdLst'), 'sldId')) {
      const id = slide.attributes['id'];
      if (id !== undefined && name !== undefined) names.set(id, name);
    }
  }
  return names;
}

async function readSlidePart(
  name: string | undefined,
  number: number,
  { pack, input, authors, width, height }: Presentation,
): Promise<SlideReading | 'hidden'> {
  const slide = name === undefined ? undefined : await pack.part(name);
  if (name === undefined || !slide)
    return { error: `The part of slide ${number} is missing or damaged. Save the presentation again.` };
  if (slide.attributes['show'] !== undefined && !isTrue(slide.attributes['show'])) return 'hidden';
  const relationships = await pack.relationships(name);
  const layoutName = firstOfType(relationships, 'slideLayout')?.target;
  const masterName =
    layoutName === undefined
      ? undefined
      : firstOfType(await pack.relationships(layoutName), 'slideMaster')?.target;
  const { annotateLinks, presentation } = input.options;
  const content = readSlide(slide, {
    relationships,
    picture: pictureFinder(pack),
    annotateLinks,
    graphics: await readGraphics(pack, relationships, { skipChartData: presentation.skipEmbeddedData }),
    layout: layoutName === undefined ? undefined : await pack.part(layoutName),
    master: masterName === undefined ? undefined : await pack.part(masterName),
    width,
    height,
    outOfBoundsContent: presentation.outOfBoundsContent,
    number,
  });
  const notesName = firstOfType(relationships, 'notesSlide')?.target;
  const notes = notesName === undefined ? '' : speakerNotes(await pack.part(notesName));
  const blocks = [...content.blocks, ...(await slideComments(pack, relationships, authors))];
  return { ...content, blocks, width, height, ...(notes !== '' && { speakerNotes: notes }) };
}

/** The body of a notes page; beside it stand a picture of the slide, a date and a number. */
function speakerNotes(part: XmlElement | undefined): string {
  return contentOf(findBelow(part, 'spTree'))
    .filter((shape) => placeholderOf(shape)?.type === 'body')
    .flatMap((shape) => drawingLines(shape))
    .join('\n');
}
