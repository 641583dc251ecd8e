/** The steps of a delivery that call no gateway. */
import { checkMessage, resendByPolicy } from '../db/deliveries.ts';
import type { DeliveryActivities } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { settledStanding, toStanding } from './standing.ts';

export function createDeliveryActivities(context: ActivityContext): DeliveryActivities {
  return {
    async checkSuppressLists({ messageId, senderId }) {
      const [book, known] = await Promise.all([checkMessage(context.db, messageId), context.senders.get(senderId)]);
      return toStanding(context, known, book);
    },

    settle: (message) => settledStanding(context, message),

    async followUncertainPolicy(message) {
      await resendByPolicy(context.db, message.messageId);
      return await settledStanding(context, message);
    },
  };
}
