CREATE TABLE "event_rollups" (
	"sender_id" uuid NOT NULL,
	"measure" text NOT NULL,
	"what" text DEFAULT '' NOT NULL,
	"more" text DEFAULT '' NOT NULL,
	"count" bigint NOT NULL,
	"seconds" double precision DEFAULT 0 NOT NULL,
	CONSTRAINT "event_rollups_sender_id_measure_what_more_pk" PRIMARY KEY("sender_id","measure","what","more")
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"task" text PRIMARY KEY NOT NULL,
	"until" timestamp with time zone,
	"tx" bigint,
	"n" bigint
);
--> statement-breakpoint
CREATE INDEX "hooks_refused" ON "hooks" USING btree ("id") WHERE state = 'refused';--> statement-breakpoint
CREATE INDEX "inbound_by_account" ON "inbound" USING gin ("account_ids");--> statement-breakpoint
CREATE INDEX "messages_uncertain" ON "messages" USING btree ("sender_id") WHERE uncertain_at is not null and status in ('accepted', 'sending');--> statement-breakpoint
INSERT INTO "progress" ("task", "tx", "n") VALUES ('rollup', 0, 0);
