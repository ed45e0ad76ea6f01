-- migration: 1.6.0 label_sentiment
-- description: each sentiment score gets its label: negative, neutral or positive
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.0.0

-- How to transform data. One function says what the new value is; a trigger calls it for rows that are written from
-- now on, by old code too, and a backfill for the rows that were there.

-- ferry:up
CREATE FUNCTION sentiment_label(score numeric) RETURNS varchar LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN score <= -0.25 THEN 'negative' WHEN score < 0.25 THEN 'neutral' ELSE 'positive' END
$$;
CREATE FUNCTION sentiment_scores_set_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.label := public.sentiment_label(NEW.score);
  RETURN NEW;
END $$;
ALTER TABLE sentiment_scores ADD COLUMN label varchar(8);
CREATE TRIGGER sentiment_scores_label BEFORE INSERT OR UPDATE OF score, label ON sentiment_scores
  FOR EACH ROW EXECUTE FUNCTION sentiment_scores_set_label();

-- ferry:backfill table=sentiment_scores batch=5000
UPDATE sentiment_scores SET label = sentiment_label(score) WHERE label IS NULL;

-- ferry:up
ALTER TABLE sentiment_scores ADD CONSTRAINT sentiment_scores_label_check
  CHECK (label IS NOT NULL AND label IN ('negative', 'neutral', 'positive')) NOT VALID;

-- ferry:up
ALTER TABLE sentiment_scores VALIDATE CONSTRAINT sentiment_scores_label_check;

-- The labels go, and could be made again from the scores.
-- ferry:down
DROP TRIGGER sentiment_scores_label ON sentiment_scores;
ALTER TABLE sentiment_scores DROP COLUMN label;
DROP FUNCTION sentiment_scores_set_label();
DROP FUNCTION sentiment_label(numeric);

-- ferry:verify
SELECT count(*) = 1
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = pg_catalog.to_regclass('public.sentiment_scores') AND k.conname = 'sentiment_scores_label_check'
   AND k.convalidated;
SELECT count(*) = 1
  FROM pg_catalog.pg_trigger t
 WHERE t.tgrelid = pg_catalog.to_regclass('public.sentiment_scores') AND t.tgname = 'sentiment_scores_label'
   AND t.tgenabled IN ('O', 'A');
SELECT NOT EXISTS (SELECT FROM public.sentiment_scores WHERE label IS DISTINCT FROM public.sentiment_label(score));
