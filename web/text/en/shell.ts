export const shell = {
  skip: 'Skip to the page',
  menu: 'Menu',
  navigation: 'Pages',
  light: 'Light',
  dark: 'Dark',
  signOut: 'Sign out',
  allAccounts: 'For all accounts',
  until: 'Signed in until',
  notFound: { title: 'There is no such page', text: 'The address may be mistyped, or what was here is gone.' },
  forbidden: { title: 'Not for this key', text: 'This page needs a key with other scopes. Sign out to use another.' },
} as const;
