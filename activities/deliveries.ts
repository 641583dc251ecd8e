/** The steps of a delivery that call no gateway. */
import { checkMessage, resendByPolicy } from '../db/deliveries.ts';
import type { DeliveryActivities } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { noteWaiting } from './doubt.ts';
import { settledStanding, toBeRepeated, toStanding } from './standing.ts';

export function createDeliveryActivities(context: ActivityContext): DeliveryActivities {
  return {
    async checkSuppressLists({ messageId, senderId }) {
      const [book, known] = await Promise.all([checkMessage(context.db, messageId), context.senders.get(senderId)]);
      return toBeRepeated(known, toStanding(context, known, book));
    },

    async settle(message) {
      const standing = await settledStanding(context, message);
      return toBeRepeated(await context.senders.get(message.senderId), standing);
    },

    async followUncertainPolicy(message) {
      if (!(await resendByPolicy(context.db, message.messageId))) {
        await noteWaiting(context, await context.senders.get(message.senderId), message.messageId);
      }
      return await settledStanding(context, message);
    },
  };
}
