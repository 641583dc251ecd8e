import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { queryClient } from '../api/query-client.ts';
import { useSession } from '../api/session.ts';
import { ErrorState } from '../parts/error-state.tsx';
import { Loading } from '../parts/loading.tsx';
import { Layout } from './layout.tsx';
import { styleNonce } from './nonce.ts';
import { SignIn } from './sign-in.tsx';
import { colorSchemeManager, cssVariables, theme } from './theme.ts';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <Notifications position="top-right" />
      <QueryClientProvider client={queryClient}>
        <Router base="/admin">
          <Door />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Whoever is not signed in signs in where he is: the address stays, and so he comes back to it. */
function Door() {
  const { data: session, error, isPending, refetch } = useSession();
  if (isPending) return <Loading />;
  if (session === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return session === null ? <SignIn /> : <Layout session={session} />;
}
