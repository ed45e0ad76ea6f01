"""The trading schema as SQLAlchemy models. `python3 models.py` prints it as SQL, which ferry compares:

    ferry diff plan:newest models:'python3 models.py'

What was taken out of use and waits in quarantine (migrations 3.0.0 and 4.0.0) has no model.
"""

from sqlalchemy import (
    ARRAY, DDL, TIMESTAMP, BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, Numeric, String, Text,
    UniqueConstraint, create_mock_engine, event, text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declarative_base

Base = declarative_base()


def key():
    return Column(BigInteger, Identity(always=False), primary_key=True)


def created():
    return Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("now()"))


class Price(Base):
    __tablename__ = "prices"
    id = key()
    symbol = Column(String(20), nullable=False)
    timestamp = Column(TIMESTAMP(timezone=True), nullable=False)
    open = Column(Numeric(10, 2))
    high = Column(Numeric(10, 2))
    low = Column(Numeric(10, 2))
    close_price = Column(Numeric(10, 2))
    volume = Column(BigInteger)
    created_at = created()
    adjusted_close = Column(Numeric(10, 2))
    __table_args__ = (
        UniqueConstraint("symbol", "timestamp", name="prices_symbol_timestamp_key"),
        CheckConstraint("high >= low", name="prices_range_check"),
        CheckConstraint("volume >= 0", name="prices_volume_check"),
        Index("prices_timestamp_idx", "timestamp"),
        Index("prices_adjusted_close_idx", "adjusted_close"),
        {"comment": "One bar of a symbol; close is null while trading was halted."},
    )


class Article(Base):
    __tablename__ = "articles"
    id = key()
    url = Column(Text, nullable=False)
    title = Column(Text, nullable=False)
    content = Column(Text)
    source = Column(String(100), nullable=False)
    published_at = Column(TIMESTAMP(timezone=True), nullable=False)
    symbols = Column(ARRAY(String(20)), nullable=False, server_default=text("'{}'"))
    __table_args__ = (
        UniqueConstraint("url", name="articles_url_key"),
        Index("articles_published_at_idx", published_at.desc()),
        Index("articles_symbols_idx", "symbols", postgresql_using="gin"),
    )


class SentimentScore(Base):
    __tablename__ = "sentiment_scores"
    id = key()
    article_id = Column(
        BigInteger, ForeignKey("articles.id", name="sentiment_scores_article_fkey", ondelete="CASCADE"),
        nullable=False)
    model = Column(String(50), nullable=False)
    score = Column(Numeric(4, 3), nullable=False)
    confidence = Column(Numeric(4, 3), nullable=False)
    created_at = created()
    label = Column(String(8))
    __table_args__ = (
        UniqueConstraint("article_id", "model", name="sentiment_scores_article_model_key"),
        CheckConstraint("score BETWEEN -1 AND 1", name="sentiment_scores_score_check"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="sentiment_scores_confidence_check"),
        CheckConstraint("label IS NOT NULL AND label IN ('negative', 'neutral', 'positive')",
                        name="sentiment_scores_label_check"),
    )


class Event(Base):
    __tablename__ = "events"
    id = key()
    article_id = Column(BigInteger, ForeignKey("articles.id", name="events_article_fkey", ondelete="SET NULL"))
    symbol = Column(String(20), nullable=False)
    event_type = Column(String(30), nullable=False)
    severity = Column(Numeric(3, 2), nullable=False)
    occurred_at = Column(TIMESTAMP(timezone=True), nullable=False)
    details = Column(JSONB, nullable=False, server_default=text("'{}'"))
    __table_args__ = (
        CheckConstraint("event_type IN ('earnings', 'merger', 'product', 'regulatory', 'leadership', 'guidance')",
                        name="events_type_check"),
        CheckConstraint("severity BETWEEN 0 AND 1", name="events_severity_check"),
        Index("events_symbol_occurred_at_idx", "symbol", "occurred_at"),
        Index("events_article_idx", "article_id"),
    )


class TradingSignal(Base):
    __tablename__ = "trading_signals"
    id = key()
    symbol = Column(String(20), nullable=False)
    generated_at = Column(TIMESTAMP(timezone=True), nullable=False)
    direction = Column(String(4), nullable=False)
    confidence = Column(Numeric(4, 3), nullable=False)
    explanation = Column(JSONB, nullable=False, server_default=text("'{}'"))
    __table_args__ = (
        CheckConstraint("direction IN ('buy', 'sell', 'hold')", name="trading_signals_direction_check"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="trading_signals_confidence_check"),
        Index("trading_signals_symbol_generated_at_idx", "symbol", generated_at.desc()),
    )


class Instrument(Base):
    __tablename__ = "instruments"
    symbol = Column(String(20), primary_key=True)
    name = Column(Text)
    currency = Column(String(3), nullable=False, server_default=text("'USD'"))
    created_at = created()
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="instruments_currency_check"),
        {"comment": "What can be traded; the application adds an instrument before its first order."},
    )


class Order(Base):
    __tablename__ = "orders"
    id = key()
    signal_id = Column(BigInteger, ForeignKey("trading_signals.id", name="orders_signal_fkey"))
    symbol = Column(String(20), ForeignKey("instruments.symbol", name="orders_instrument_fkey"), nullable=False)
    side = Column(String(4), nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    status = Column(String(10), nullable=False, server_default=text("'new'"))
    placed_at = created()
    quantity = Column(BigInteger, nullable=False)
    __table_args__ = (
        CheckConstraint("side IN ('buy', 'sell')", name="orders_side_check"),
        CheckConstraint("quantity > 0", name="orders_quantity_check"),
        CheckConstraint("status IN ('new', 'filled', 'cancelled', 'rejected')", name="orders_status_check"),
        Index("orders_signal_idx", "signal_id"),
        Index("orders_open_idx", "symbol", "placed_at", postgresql_where=text("status = 'new'")),
    )


event.listen(SentimentScore.__table__, "after_create", DDL("""
CREATE FUNCTION sentiment_label(score numeric) RETURNS varchar LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN score <= -0.25 THEN 'negative' WHEN score < 0.25 THEN 'neutral' ELSE 'positive' END
$$"""))
event.listen(SentimentScore.__table__, "after_create", DDL("""
CREATE FUNCTION sentiment_scores_set_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.label := public.sentiment_label(NEW.score);
  RETURN NEW;
END $$"""))
event.listen(SentimentScore.__table__, "after_create", DDL("""
CREATE TRIGGER sentiment_scores_label BEFORE INSERT OR UPDATE OF score, label ON sentiment_scores
  FOR EACH ROW EXECUTE FUNCTION sentiment_scores_set_label()"""))


def print_sql():
    engine = create_mock_engine(
        "postgresql://", lambda ddl, *_args, **_options: print(str(ddl.compile(dialect=engine.dialect)).strip() + ";"))
    Base.metadata.create_all(engine, checkfirst=False)


if __name__ == "__main__":
    print_sql()
