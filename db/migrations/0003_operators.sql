CREATE TABLE "audit_log" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"key_id" uuid,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"account_id" uuid,
	"object_id" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "sender_errors" (
	"sender_id" uuid NOT NULL,
	"error_class" text NOT NULL,
	"outcome" text NOT NULL,
	"error_code" text,
	"count" bigint DEFAULT 1 NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sender_errors_sender_id_error_class_outcome_pk" PRIMARY KEY("sender_id","error_class","outcome")
);
--> statement-breakpoint
CREATE TABLE "suppression_imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid,
	"state" text DEFAULT 'running' NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"imported" integer DEFAULT 0 NOT NULL,
	"already_there" integer DEFAULT 0 NOT NULL,
	"invalid" integer DEFAULT 0 NOT NULL,
	"invalid_lines" jsonb DEFAULT '[]' NOT NULL,
	"failure" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "kind" text DEFAULT 'live' NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound" ADD COLUMN "account_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "message_events" ADD COLUMN "tx" bigint DEFAULT (pg_current_xact_id()::text)::bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "senders" ADD COLUMN "old_hook_token" text;--> statement-breakpoint
ALTER TABLE "senders" ADD COLUMN "old_hook_token_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "senders" ADD COLUMN "hook_ips" text[];--> statement-breakpoint
ALTER TABLE "sender_errors" ADD CONSTRAINT "sender_errors_sender_id_senders_id_fk" FOREIGN KEY ("sender_id") REFERENCES "public"."senders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_by_account" ON "audit_log" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_by_object" ON "audit_log" USING btree ("object_id","id");--> statement-breakpoint
CREATE INDEX "message_events_followed" ON "message_events" USING btree ("tx","n") WHERE kind in ('accepted', 'outcome', 'sent', 'final', 'correction');--> statement-breakpoint
CREATE INDEX "messages_by_phone" ON "messages" USING btree ("phone","id");--> statement-breakpoint
CREATE INDEX "messages_by_submitted" ON "messages" USING brin ("submitted_at");--> statement-breakpoint
CREATE INDEX "messages_by_final" ON "messages" USING brin ("final_at");--> statement-breakpoint
CREATE INDEX "suppressions_by_account" ON "suppressions" USING btree ("account_id","id");--> statement-breakpoint
ALTER TABLE "senders" ADD CONSTRAINT "senders_oldHookToken_unique" UNIQUE("old_hook_token");