CREATE TABLE "overview_steps" (
	"account_id" uuid NOT NULL,
	"step_s" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"gateway" text NOT NULL,
	"sent" bigint NOT NULL,
	"ended" bigint NOT NULL,
	"delivered" bigint NOT NULL,
	"times" jsonb DEFAULT '{}' NOT NULL,
	CONSTRAINT "overview_steps_account_id_step_s_at_gateway_pk" PRIMARY KEY("account_id","step_s","at","gateway")
);
--> statement-breakpoint
DROP INDEX "messages_by_final";--> statement-breakpoint
DROP INDEX "messages_by_submitted";--> statement-breakpoint
CREATE INDEX "overview_steps_by_age" ON "overview_steps" USING btree ("step_s","at");--> statement-breakpoint
CREATE INDEX "inbound_by_effect" ON "inbound" USING btree ("effect","id") WHERE effect <> 'none';--> statement-breakpoint
CREATE INDEX "messages_by_status" ON "messages" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "messages_by_sender" ON "messages" USING btree ("sender_id","id");--> statement-breakpoint
CREATE INDEX "messages_ended_by_account" ON "messages" USING btree ("account_id","status","id") WHERE status not in ('accepted', 'sending', 'sent');--> statement-breakpoint
CREATE INDEX "messages_ended_by_sender" ON "messages" USING btree ("sender_id","status","id") WHERE status not in ('accepted', 'sending', 'sent');--> statement-breakpoint
CREATE INDEX "suppressions_by_source" ON "suppressions" USING btree ("account_id","source","id");--> statement-breakpoint
CREATE INDEX "messages_by_submitted" ON "messages" USING btree ("submitted_at") WHERE submitted_at is not null;--> statement-breakpoint
-- All events are counted anew, so that the steps of the overview hold those of the last day too. What was counted of months
-- that have been removed would be lost by this: no installation of a version before this one has any.
DELETE FROM "event_rollups";--> statement-breakpoint
UPDATE "progress" SET "tx" = 0, "n" = 0, "until" = NULL WHERE "task" = 'rollup';
