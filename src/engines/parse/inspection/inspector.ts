import type { FileFinding, FileInspector, InspectedFile } from '../../../model/file-inspector.ts';
import type { DocumentFailure } from '../document-failure.ts';
import { brokenFile, emptyFile, officeMissing, passwordMissing, unsupportedFile } from '../file-refusals.ts';
import { OFFICE_FORMATS } from '../libreoffice/formats.ts';
import { containerOf, sniffHead, SNIFF_BYTES } from '../media/detect.ts';
import type { DetectedMedia, Media } from '../media/media.ts';
import { isEncryptedPdf } from './encrypted-pdf.ts';

export interface InspectorOptions {
  /** Whether this machine has LibreOffice. */
  readonly libreOffice: () => boolean;
  /** True when documents are parsed in other processes, perhaps on other machines, that may have what this one lacks. */
  readonly parsesElsewhere: boolean;
}

/** Tells files that no reader takes by the same signs, and in the same words, as the engine. */
export function createFileInspector(options: InspectorOptions): FileInspector {
  return {
    async inspect(file, { hasPassword }) {
      const head = await file.read(0, Math.min(SNIFF_BYTES, file.sizeBytes));
      const detected = await detect(file, head);
      switch (detected?.kind) {
        case undefined:
          return undefined;
        case 'empty':
          return willFail(emptyFile());
        case 'broken':
          return willFail(brokenFile(detected.description));
        case 'unsupported':
          return willFail(unsupportedFile(detected.description));
        case 'protected':
          return hasPassword ? undefined : willFail(passwordMissing());
        case 'known':
          if (detected.media !== 'pdf') return withoutOffice(detected.media, options);
          return !hasPassword && (await isEncryptedPdf(file, head)) ? ENCRYPTED : undefined;
      }
    },
  };
}

/** @returns undefined when a few kilobytes do not tell */
async function detect(file: InspectedFile, head: Buffer): Promise<DetectedMedia | undefined> {
  // Readers of containers are loaded when one comes.
  switch (containerOf(head)) {
    case 'zip':
      return (await import('./zip-package.ts')).inspectZip(file, head);
    case 'compound':
      return (await import('./compound-file.ts')).inspectCompound(file, head);
    case undefined:
      return sniffHead(head, file.name);
  }
}

function withoutOffice(media: Media, options: InspectorOptions): FileFinding | undefined {
  if (!isOffice(media) || options.libreOffice()) return undefined;
  const { description } = OFFICE_FORMATS[media];
  if (!options.parsesElsewhere) return willFail(officeMissing(description));
  return {
    verdict: 'warning',
    code: 'UNSUPPORTED_FILE_TYPE',
    message:
      `By its content this is ${description}, which takes LibreOffice to read. This server has none; the file ` +
      'fails unless the worker that takes it has it.',
  };
}

function isOffice(media: Media): media is keyof typeof OFFICE_FORMATS {
  return Object.hasOwn(OFFICE_FORMATS, media);
}

function willFail({ code, message }: DocumentFailure): FileFinding {
  return { verdict: 'will_fail', code, message };
}

/** Many encrypted files open without a password: they only forbid printing or copying. */
const ENCRYPTED: FileFinding = {
  verdict: 'warning',
  code: 'PDF_IS_PROTECTED',
  message:
    'The PDF is encrypted. If it needs a password to be opened, give it in input_options.password, or remove the ' +
    'protection; without it the file fails.',
};
