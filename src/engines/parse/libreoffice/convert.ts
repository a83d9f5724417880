import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DocumentFailure } from '../document-failure.ts';
import { officeEnvironment, writeProfile } from './profile.ts';
import { runProgram } from './run-program.ts';
import { withoutNetwork } from './without-network.ts';

/** Bytes that LibreOffice may write for one document, temporary files and profile included. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** The first attempt and, after a crash, one with a fresh profile. */
const ATTEMPTS = 2;
/** A program that a signal ended leads a shell, as `soffice` is one, to give 128 and the signal's number. */
const FIRST_SIGNAL_CODE = 128;

export interface Conversion {
  /** LibreOffice's program. */
  readonly program: string;
  readonly inputPath: string;
  /** What the copy's name ends in: a hint for LibreOffice, which goes by content. */
  readonly extension: string;
  /** The kind of file to make. */
  readonly target: 'pdf' | 'xlsx';
  /** LibreOffice's name of the export filter with its options; absent: its own choice for the target. */
  readonly filter?: string;
  /** An existing directory of this document's own. */
  readonly scratch: string;
  readonly deadlineMs: number;
  /** The document in words that can begin a sentence. */
  readonly description: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Converts a document, one at a time in this process: an attachment waits for the conversion before it.
 * @returns the path of the converted file, which lies in `scratch`
 * @throws {DocumentFailure} when LibreOffice does not read the document, takes too long or writes too much
 */
export function convert(conversion: Conversion): Promise<string> {
  const result = last.then(() => convertNow(conversion));
  last = result.catch(() => {});
  return result;
}

async function convertNow(conversion: Conversion): Promise<string> {
  const deadline = Date.now() + conversion.deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    const directory = mkdtempSync(join(conversion.scratch, 'office-'));
    const result = await attemptIn(directory, conversion, deadline - Date.now());
    if ('path' in result) return result.path;
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    if (result.code === 'ENGINE_CRASHED' && attempt < ATTEMPTS && Date.now() < deadline) continue;
    throw result;
  }
}

async function attemptIn(
  directory: string,
  conversion: Conversion,
  deadlineMs: number,
): Promise<{ readonly path: string } | DocumentFailure> {
  const home = join(directory, 'home');
  const profile = join(directory, 'profile');
  const output = join(directory, 'output');
  for (const path of [home, profile, output]) mkdirSync(path);
  writeProfile(profile);
  // A copy, because LibreOffice may put a lock beside what it opens.
  const input = join(directory, `document.${conversion.extension}`);
  copyFileSync(conversion.inputPath, input);
  const { size } = statSync(input);
  const end = await runProgram({
    command: [
      ...withoutNetwork(),
      conversion.program,
      ...officeArguments(conversion, { profile, output, input }),
    ],
    environment: officeEnvironment(home),
    directory,
    deadlineMs,
    mostBytes: MOST_BYTES + size,
  });
  for (const path of [home, profile, input]) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  if (end.kind === 'timeout') return timeout(conversion);
  if (end.kind === 'too large') return tooLarge(conversion);
  const path = join(output, `document.${conversion.target}`);
  const made = statSync(path, { throwIfNoEntry: false });
  // The exit code alone says nothing: with a profile in use, or no filter, LibreOffice succeeds and writes nothing.
  if (end.code === 0 && made?.isFile() && made.size > 0) return { path };
  const crashed = end.code === null || end.code >= FIRST_SIGNAL_CODE;
  return crashed ? crash(conversion) : unreadable(conversion);
}

function officeArguments(
  { target, filter }: Conversion,
  places: { readonly profile: string; readonly output: string; readonly input: string },
): string[] {
  return [
    `-env:UserInstallation=${pathToFileURL(places.profile).href}`,
    '--headless',
    '--norestore',
    '--nolockcheck',
    '--nodefault',
    '--nologo',
    '--nofirststartwizard',
    '--convert-to',
    filter === undefined ? target : `${target}:${filter}`,
    '--outdir',
    places.output,
    places.input,
  ];
}

function timeout({ description, deadlineMs }: Conversion): DocumentFailure {
  return new DocumentFailure(
    'TIMEOUT',
    `${description} was not converted by LibreOffice within ${Math.round(deadlineMs / 1000)} seconds. Allow more with ` +
      'processing_control.timeouts, or save the document as DOCX, PPTX, XLSX or PDF and upload that.',
  );
}

function tooLarge({ description }: Conversion): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_TOO_LARGE',
    `${description} made LibreOffice write more than the ${MOST_BYTES / 1024 / 1024} MB that a conversion may take. ` +
      'Split the document, or save it as PDF and upload that.',
  );
}

function crash({ description }: Conversion): DocumentFailure {
  return new DocumentFailure(
    'ENGINE_CRASHED',
    `${description} crashed LibreOffice twice. Save it as DOCX, PPTX, XLSX or PDF and upload that.`,
  );
}

function unreadable({ description }: Conversion): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `${description} could not be read by LibreOffice: it is damaged or protected, or the server's LibreOffice lacks ` +
      'the program for it. Save it as DOCX, PPTX, XLSX or PDF and upload that.',
  );
}
