export * from '../../../db/deliveries.ts';

/** The entry is on the list: what claims from now on will see it. */
export async function openClaimsOver(): Promise<void> {}
