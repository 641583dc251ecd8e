/** Goes with each request of the admin pages that changes something. Apart from the schemas: the pages load it. */
export const SESSION_HEADER = { name: 'x-requested-with', value: 'durable-sms' } as const;
