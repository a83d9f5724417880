/** What is said of files that are gone before anybody could work on them. */

/** The entry's file is deleted: it gets no job. */
export const FILE_DELETED = 'The source file was deleted before a job was made for it.';
/** The file is there, its bytes are not. */
export const BYTES_LOST = 'The source file is no longer in storage.';
