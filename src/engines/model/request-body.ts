import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/chat/completions';
import type { ModelPart, ModelRequest } from './port.ts';

/** Most bytes of one picture: endpoints take no larger ones. */
export const LARGEST_PICTURE = 24 * 1024 * 1024;

/** The part of a chat completion that is the same however the endpoint likes its parameters. */
export type RequestBody = Pick<
  ChatCompletionCreateParamsNonStreaming,
  'model' | 'messages' | 'response_format'
>;

/** Puts a request into the words of the API. @throws when a picture cannot be read or is too large */
export async function requestBody(model: string, request: ModelRequest): Promise<RequestBody> {
  const content = await Promise.all(request.parts.map(contentPart));
  const { system, jsonSchema } = request;
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content },
    ],
    ...(jsonSchema && {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: jsonSchema.name,
          schema: { ...jsonSchema.schema },
          ...(jsonSchema.strict === true && { strict: true }),
        },
      },
    }),
  };
}

async function contentPart(part: ModelPart): Promise<ChatCompletionContentPart> {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const base64 = 'path' in part ? await readPicture(part.path) : part.base64;
  return { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${base64}` } };
}

/** A link is not followed: the file was written by a process that reads hostile documents. */
async function readPicture(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = await file.stat();
    if (size > LARGEST_PICTURE) throw new RangeError(`The picture has more than ${LARGEST_PICTURE} bytes.`);
    return (await file.readFile()).toString('base64');
  } finally {
    await file.close();
  }
}
