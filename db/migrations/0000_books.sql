CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"default_country" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp with time zone,
	CONSTRAINT "accounts_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid,
	"name" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "gateway_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"gateway" text NOT NULL,
	"key" text NOT NULL,
	"next_poll_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gateway_messages" (
	"gateway_account_id" uuid NOT NULL,
	"gateway_id" text NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"message_id" uuid,
	"part" smallint,
	"status" text,
	"error_class" text,
	"error_code" text,
	"raw" text,
	"reported_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gateway_messages_gateway_account_id_gateway_id_phone_pk" PRIMARY KEY("gateway_account_id","gateway_id","phone")
);
--> statement-breakpoint
CREATE TABLE "hooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sender_id" uuid NOT NULL,
	"gateway_account_id" uuid NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"query" text NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"account_id" uuid NOT NULL,
	"key" text NOT NULL,
	"message_id" uuid NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "inbound" (
	"id" uuid PRIMARY KEY NOT NULL,
	"gateway_account_id" uuid NOT NULL,
	"hook_id" uuid,
	"inbound_id" text NOT NULL,
	"phone" text NOT NULL,
	"recipient" text,
	"text" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"effect" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"mark" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_events" (
	"message_id" uuid NOT NULL,
	"n" bigint GENERATED ALWAYS AS IDENTITY (sequence name "message_events_n_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"detail" jsonb,
	CONSTRAINT "message_events_message_id_n_pk" PRIMARY KEY("message_id","n")
) PARTITION BY RANGE ("message_id");
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"sender_id" uuid NOT NULL,
	"gateway_account_id" uuid NOT NULL,
	"phone" text NOT NULL,
	"text" text NOT NULL,
	"encoding" text NOT NULL,
	"parts" smallint NOT NULL,
	"caller_id" text,
	"priority" smallint NOT NULL,
	"metadata" jsonb,
	"ref" bigint NOT NULL,
	"own_id" text,
	"status" text DEFAULT 'accepted' NOT NULL,
	"source" text,
	"cause" text,
	"error_class" text,
	"error_code" text,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"send_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"report_by" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"submitted_at" timestamp with time zone,
	"final_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"attempt" smallint DEFAULT 0 NOT NULL,
	"attempt_state" text,
	"lease_until" timestamp with time zone,
	"answer_by" timestamp with time zone,
	"uncertain_at" timestamp with time zone,
	"resends" smallint DEFAULT 0 NOT NULL,
	"poll_at" timestamp with time zone,
	"wake_at" timestamp with time zone
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "sender_accounts" (
	"sender_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	CONSTRAINT "sender_accounts_sender_id_account_id_pk" PRIMARY KEY("sender_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "sender_pace" (
	"sender_id" uuid PRIMARY KEY NOT NULL,
	"next_slot_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "senders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"gateway" text NOT NULL,
	"gateway_account_id" uuid NOT NULL,
	"settings" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"await_delivery_s" integer NOT NULL,
	"max_parts" integer NOT NULL,
	"default_caller_id" text,
	"verified_caller_ids" text[],
	"verified_phones" text[],
	"rate_limit" numeric,
	"default_validity_s" integer NOT NULL,
	"report_grace_s" integer NOT NULL,
	"on_uncertain" text NOT NULL,
	"stop_words" text[] DEFAULT '{}' NOT NULL,
	"add_to_global_suppress_list" boolean DEFAULT false NOT NULL,
	"hook_token" text NOT NULL,
	"paused_at" timestamp with time zone,
	"paused_by" text,
	"held_for" text,
	"held_at" timestamp with time zone,
	"probe_at" timestamp with time zone,
	"hold_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp with time zone,
	CONSTRAINT "senders_hookToken_unique" UNIQUE("hook_token")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid,
	"phone" text NOT NULL,
	"source" text NOT NULL,
	"reason" text,
	"note" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sender_accounts" ADD CONSTRAINT "sender_accounts_sender_id_senders_id_fk" FOREIGN KEY ("sender_id") REFERENCES "public"."senders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sender_accounts" ADD CONSTRAINT "sender_accounts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sender_pace" ADD CONSTRAINT "sender_pace_sender_id_senders_id_fk" FOREIGN KEY ("sender_id") REFERENCES "public"."senders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "senders" ADD CONSTRAINT "senders_gateway_account_id_gateway_accounts_id_fk" FOREIGN KEY ("gateway_account_id") REFERENCES "public"."gateway_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "gateway_accounts_gateway_key" ON "gateway_accounts" USING btree ("gateway","key");--> statement-breakpoint
CREATE INDEX "gateway_messages_by_message" ON "gateway_messages" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "gateway_messages_unmatched" ON "gateway_messages" USING btree ("created_at") WHERE message_id is null;--> statement-breakpoint
CREATE INDEX "hooks_to_do" ON "hooks" USING btree ("received_at") WHERE state = 'received';--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_expiry" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_once" ON "inbound" USING btree ("gateway_account_id","inbound_id");--> statement-breakpoint
CREATE INDEX "inbound_by_phone" ON "inbound" USING btree ("phone","received_at");--> statement-breakpoint
CREATE INDEX "messages_waiting_by_phone" ON "messages" USING btree ("phone") WHERE status in ('accepted', 'sending') or attempt_state = 'open';--> statement-breakpoint
CREATE INDEX "messages_by_wake" ON "messages" USING btree ("wake_at") WHERE status in ('accepted', 'sending', 'sent');--> statement-breakpoint
CREATE INDEX "messages_by_poll" ON "messages" USING btree ("gateway_account_id","poll_at") WHERE status in ('sending', 'sent');--> statement-breakpoint
CREATE INDEX "messages_by_account" ON "messages" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "messages_waiting_by_sender" ON "messages" USING btree ("sender_id","priority","id") WHERE status = 'accepted';--> statement-breakpoint
CREATE UNIQUE INDEX "senders_name" ON "senders" USING btree ("name") WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "senders_gateway_account" ON "senders" USING btree ("gateway_account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_once" ON "suppressions" USING btree ("phone","account_id") NULLS NOT DISTINCT;
--> statement-breakpoint
ALTER TABLE "sender_pace" SET (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "messages_other" PARTITION OF "messages" DEFAULT;
--> statement-breakpoint
CREATE TABLE "message_events_other" PARTITION OF "message_events" DEFAULT;
--> statement-breakpoint
INSERT INTO "installation" ("mark") SELECT string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + floor(random() * 36)::int, 1), '') FROM generate_series(1, 4);
