/** Where a page of messages ended, in a form that promises nothing but to be taken back. */
const FORM = /^v1:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function cursorAfter(messageId: string): string {
  return Buffer.from(`v1:${messageId}`).toString('base64url');
}

/** The id of the last message of the page before; undefined for what we never gave out. */
export function readCursor(cursor: string): string | undefined {
  return FORM.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
}
