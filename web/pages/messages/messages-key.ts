/** Of all queries about messages: what is behind it is a page of them, or the id of one. */
export const MESSAGES_KEY = ['messages'] as const;
