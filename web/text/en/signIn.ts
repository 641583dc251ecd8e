export const signIn = {
  title: 'Sign in to durable-sms',
  help: 'With an API key. What its scopes allow is what you see. The session lasts 12 hours.',
  key: 'API key',
  show: 'Show or hide the key',
  submit: 'Sign in',
  wrong: 'This key is wrong, expired or revoked.',
} as const;
