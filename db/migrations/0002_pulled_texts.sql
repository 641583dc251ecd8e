ALTER TABLE "gateway_accounts" ADD COLUMN "pull_cursor" text;--> statement-breakpoint
ALTER TABLE "gateway_accounts" ADD COLUMN "pulled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "gateway_accounts" ADD COLUMN "pull_failure" text;