import { Component, type ReactNode } from 'react';
import { ApiError, get } from '../api/client.ts';
import { ErrorState } from '../parts/error-state.tsx';

/** A page that breaks, or whose code cannot be loaded, says so, and the others go on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch() {
    void this.answers();
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorState error={this.state.error} onRetry={() => void this.again()} />;
  }

  /** Browsers do not ask again for code that did not come, unless the whole window is loaded anew. */
  private async again() {
    if (await this.answers()) window.location.reload();
  }

  /** Whether the API does. If not, that is what is wrong, and there would be no window to load. */
  private async answers(): Promise<boolean> {
    try {
      await get('/v1/session');
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 0) return true;
      this.setState({ error });
      return false;
    }
    return true;
  }
}
