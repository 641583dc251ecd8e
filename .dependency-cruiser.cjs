/** The rooms' import rules (docs/architecture.md): arrows run one way. Checked by `npm run lint`. */
const may = (room, others) => ({
  name: `${room}-imports`,
  comment: `${room} may import only: ${[room, ...others].join(', ')}`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: {
    path: '^(sms|gateways|db|runtime|hooks|workflows|activities|workers|api|web|local|bench|test)/',
    pathNot: `^(${[room, ...others].join('|')})/`,
  },
});

module.exports = {
  forbidden: [
    may('sms', []),
    may('gateways', ['sms']),
    may('runtime', ['sms', 'workflows']),
    may('db', ['sms']),
    may('hooks', ['sms', 'gateways', 'db', 'runtime', 'workflows']),
    may('workflows', ['sms', 'activities']),
    may('activities', ['sms', 'gateways', 'db', 'runtime', 'hooks', 'workflows']),
    may('workers', ['sms', 'gateways', 'db', 'runtime', 'hooks', 'workflows', 'activities']),
    may('api', ['sms', 'gateways', 'db', 'runtime', 'hooks', 'workflows']),
    may('web', ['api', 'sms']),
    may('bench', ['sms', 'db', 'runtime', 'workers', 'local']),
    may('local', ['sms', 'gateways', 'db', 'runtime', 'workers', 'api']),
    {
      name: 'web-sees-only-schemas-of-the-api',
      comment: 'what runs in a browser loads nothing of Node',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^api/(?!schemas/)' },
    },
    {
      name: 'workflows-see-only-types-of-activities',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'no Node built-in and no package but the SDK inside the workflow bundle',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: '@temporalio/(workflow|common)' },
    },
    {
      name: 'pure-rooms-do-no-io',
      severity: 'error',
      from: { path: '^(sms|gateways)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'simulator-knows-no-adapter',
      comment: 'written from the sheets alone, so that a shared misreading cannot hide',
      severity: 'error',
      from: { path: '^local/simulator/' },
      to: { path: '^(gateways|sms|db|api|activities|workflows|workers)/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
